import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createProgram } from '../../scripts/cli';
import { commandOf, pipeline, runsOf } from '../support/pipeline';

const runs = [...Object.values(pipeline.commands), ...Object.values(pipeline.jobs)].flatMap(({ steps }) =>
  runsOf(steps),
);

describe('the steps of the pipeline', () => {
  test.each(runs.map(({ name, command }) => [name, command]))('the step "%s" is a valid script', (_name, command) => {
    expect(spawnSync('bash', ['--norc', '-n'], { input: command, encoding: 'utf8' }).stderr).toBe('');
  });

  const verbs = runs.flatMap(({ command }) =>
    [...command.matchAll(/npx slipway ([^|>;\n]+)/g)].map(found => found[1]!.trim()),
  );

  test.each(verbs)('`slipway %s` is a command line that the tool takes', async line => {
    const called = jest.fn();
    await createProgram(async () => void called()).parseAsync(line.split(' '), { from: 'user' });
    expect(called).toHaveBeenCalledTimes(1);
  });

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-pipeline-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Puts a program on PATH that notes how it was called. */
  function fake(program: string, script: string): void {
    const file = path.join(folder, program);
    writeFileSync(file, `#!/bin/sh\necho "${program} $*" >> "${folder}/calls"\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** Runs a step as CircleCI does. */
  function run(command: string, env: Record<string, string> = {}) {
    const answer = spawnSync('bash', ['--norc', '-eo', 'pipefail', '-c', command], {
      cwd: folder,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...env },
      encoding: 'utf8',
    });
    return { code: answer.status, output: answer.stdout + answer.stderr };
  }

  const calls = () => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');

  test.each([
    [0, 0],
    [10, 0],
    [9, 9],
    [2, 2],
  ])('a plan that ends with %i is shown, and ends the job with %i', (planned, judged) => {
    fake('npx', `echo "the plan"; exit ${planned}`);
    expect(run(commandOf('plan', /^Plan/))).toMatchObject({ code: 0, output: 'the plan\n' });
    fake('node', 'cat "$3"');
    expect(run(commandOf('plan', /^Show/))).toMatchObject({ code: 0, output: 'the plan\n' });
    expect(run(commandOf('plan', /^Judge/)).code).toBe(judged);
    expect(calls()[0]).toBe('npx slipway plan prod --markdown --read-only');
  });

  test.each([
    ['nothing to do', 0, 0, ['npx slipway plan prod --save --lock-timeout 5m']],
    ['changes', 10, 0, ['npx slipway plan prod --save --lock-timeout 5m', 'npx slipway apply prod --yes']],
    ['a refused change', 9, 9, ['npx slipway plan prod --save --lock-timeout 5m']],
    ['a held lock', 3, 3, ['npx slipway plan prod --save --lock-timeout 5m']],
  ])('an apply that meets %s (%i) ends with %i', (_what, planned, code, expected) => {
    fake('npx', `[ "$2" = apply ] || exit ${planned}`);
    expect(run(commandOf('apply', /^Plan and apply/)).code).toBe(code);
    expect(calls()).toEqual(expected);
  });

  test('an apply that fails ends the job with its code', () => {
    fake('npx', 'if [ "$2" = apply ]; then exit 3; else exit 10; fi');
    expect(run(commandOf('apply', /^Plan and apply/)).code).toBe(3);
  });

  test.each([
    ['the newest commit', 'abc', 0],
    ['a commit that has been overtaken', 'def', 9],
    ['a branch that is gone', '', 9],
  ])('an approval for %s', (_what, newest, code) => {
    fake('git', newest === '' ? '' : `printf '${newest}\\trefs/heads/production\\n'`);
    const answer = run(commandOf('apply', /^Refuse/), { CIRCLE_BRANCH: 'production', CIRCLE_SHA1: 'abc' });
    expect(answer.code).toBe(code);
    if (code !== 0) expect(answer.output).toMatch(/^refused: production is at (def|nothing) now, this run is for abc/);
  });

  test('signing in says which variable is missing', () => {
    const signIn = commandOf('plan', /^Sign in/);
    expect(run(signIn, { CIRCLE_OIDC_TOKEN_V2: 'token' }).output).toMatch(/context of this job has no AWS_ROLE_ARN/);
    expect(run(signIn, { AWS_ROLE_ARN: 'arn' }).output).toMatch(/CircleCI has given this job no token/);
  });
});
