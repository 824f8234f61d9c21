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

  test('a commit is deployed so that a newer one stays', () => {
    fake('npx', 'exit 9');
    expect(run(commandOf('deploy-commit', /^Deploy/), { CIRCLE_SHA1: 'abc' }).code).toBe(9);
    expect(calls()).toEqual(['npx slipway deploy prod --commit abc --skip-older --yes']);
  });

  test.each([
    ['what was tagged', { VERSION: '', CIRCLE_TAG: '202611.3' }],
    ['what was asked for', { VERSION: '202611.3', CIRCLE_TAG: '' }],
  ])('a version is deployed: %s', (_what, env) => {
    fake('npx', 'exit 0');
    expect(run(commandOf('deploy-version', /^Deploy/), env).code).toBe(0);
    expect(calls()).toEqual(['npx slipway deploy prod 202611.3 --yes']);
  });

  test('what is asked for is one word, whatever is in it', () => {
    fake('npx', 'for word; do echo "[$word]"; done');
    const { output } = run(commandOf('deploy-version', /^Deploy/), { VERSION: '1; rm -r / --yes' });
    expect(output.split('\n')).toContain('[1; rm -r / --yes]');
  });

  test.each([
    ['a branch', {}, 'npx slipway build --commit abc --builder local'],
    ['a tag', { CIRCLE_TAG: '202611.3' }, 'npx slipway build 202611.3 --commit abc --builder local'],
  ])('the image of %s', (_what, env, expected) => {
    fake('npx', 'exit 4');
    expect(run(commandOf('build', /^Build/), { CIRCLE_SHA1: 'abc', ...env }).code).toBe(4);
    expect(calls()).toEqual([expected]);
  });

  test('an image on demand is built from a commit that is fetched first, and gets no version', () => {
    fake('npx', '');
    fake('git', '');
    run(commandOf('build-on-demand', /^Build/), { VERSION: '202611.3', COMMIT: 'def' });
    expect(calls()).toEqual([
      'git fetch --quiet origin def',
      'npx slipway build 202611.3 --commit def --builder local --no-version-tag',
    ]);
  });

  test('a release that was rolled back ends its watch so', () => {
    fake('npx', 'exit 6');
    expect(run(commandOf('watch', /^Watch/)).code).toBe(6);
    expect(calls()).toEqual(['npx slipway watch prod --minutes 10']);
  });

  test('a command that is cancelled gets the signal itself', () => {
    fake('npx', 'echo $$');
    for (const job of ['deploy-commit', 'deploy-version', 'build', 'build-on-demand', 'watch']) {
      fake('git', '');
      const script = commandOf(job, /^(Deploy|Build|Watch)/);
      // From a file, as bash does without a shell of its own for the last command of what it is handed by -c.
      writeFileSync(path.join(folder, 'script'), `echo $$; ${script}`);
      const env = { CIRCLE_SHA1: 'a', VERSION: 'b', COMMIT: 'c' };
      const { output } = run('exec bash --norc -eo pipefail script', env);
      const [shell, program] = output.split('\n');
      expect([job, program]).toEqual([job, shell]);
    }
  });

  test('the key goes to an agent and into no file', () => {
    fake('ssh-agent', 'echo "SSH_AUTH_SOCK=/tmp/agent; export SSH_AUTH_SOCK;"');
    fake('ssh-add', 'cat');
    const script = commandOf('deploy-version', /^Take/);
    const { output } = run(script, { DEPLOY_KEY: 'the key', BASH_ENV: path.join(folder, 'env') });
    expect(output).toBe('the key\n');
    expect(readFileSync(path.join(folder, 'env'), 'utf8')).toBe('export SSH_AUTH_SOCK=/tmp/agent\n');
    expect(run(script).output).toMatch(/context of this job has no DEPLOY_KEY/);
  });

  test('the lanes of a machine are chosen by their timings', () => {
    fake('circleci', 'if [ "$2" = glob ]; then echo a.test.ts; echo b.test.ts; else sed -n 1p; fi');
    expect(run(commandOf('rehearsal', /^Choose/)).output).toBe('a.test.ts\n');
    expect(calls()).toContain('circleci tests split --split-by=timings --timings-type=file');
    expect(readFileSync(path.join(folder, 'lanes.txt'), 'utf8')).toBe('a.test.ts\n');
  });

  test('a licence that is not allowed ends its job', () => {
    fake('npm', 'echo "{}"; exit 10');
    expect(run(commandOf('licences', /^Licences/)).code).toBe(10);
  });

  test.each([0, 10])('a backup check that ends with %i ends its job so', code => {
    fake('npx', `exit ${code}`);
    expect(run(commandOf('backup', /^Backup/)).code).toBe(code);
    expect(calls()).toEqual(['npx slipway backup check prod']);
  });
});
