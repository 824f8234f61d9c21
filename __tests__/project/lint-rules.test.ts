import { spawnSync } from 'node:child_process';
import path from 'node:path';

interface Snippet {
  readonly file: string;
  readonly code: string;
}

type Finding = readonly [rule: string, message: string];

const root = path.join(__dirname, '..', '..');

function lint(snippets: readonly Snippet[]): Finding[][] {
  const program = path.join(__dirname, 'lint-snippets.mjs');
  const answer = spawnSync('node', [program], { cwd: root, input: JSON.stringify(snippets), encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(answer.stderr);
  return JSON.parse(answer.stdout) as Finding[][];
}

const IMPORTS = 'no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';
const PROPERTIES = 'no-restricted-properties';

const forbidden: readonly [file: string, code: string, rule: string][] = [
  ['constructs/a/a.ts', "export { Vpc } from '@cdktf/provider-aws';", IMPORTS],
  ['constructs/a/a.ts', "export { vpc } from '@cdktf/provider-aws/lib';", IMPORTS],
  ['stacks/a.ts', "export { vpc } from '@cdktf/provider-aws/lib/index';", IMPORTS],
  ['__tests__/a.test.ts', "export { Vpc } from '@cdktf/provider-aws';", IMPORTS],
  ['main.ts', "export { Vpc } from '@cdktf/provider-aws';", IMPORTS],
  ['main.ts', "export const all = import('@cdktf/provider-aws');", SYNTAX],
  ['stacks/a.ts', "export { Network } from '../constructs';", IMPORTS],
  ['main.ts', "export { Network } from './constructs/index';", IMPORTS],

  ['scripts/adapters/a.ts', "export { App } from 'cdktf';", IMPORTS],
  ['scripts/commands/a.ts', "export const app = import('cdktf');", SYNTAX],
  ['scripts/commands/a.ts', "export type { App } from 'cdktf';", IMPORTS],
  ['scripts/rehearsal/a.ts', "export { Vpc } from '@cdktf/provider-aws/lib/vpc';", IMPORTS],
  ['scripts/rehearsal/a.ts', "export const vpc = import('@cdktf/provider-aws/lib/vpc');", SYNTAX],
  ['scripts/domain/a.ts', "export { Construct } from 'constructs';", IMPORTS],
  ['scripts/commands/a.ts', "export { Network } from '../../constructs/network/network';", IMPORTS],
  ['scripts/commands/a.ts', "export const all = import('../../stacks/environment-stack');", SYNTAX],
  ['stacks/environments/a.ts', "export { Fn } from 'cdktf';", IMPORTS],

  ['scripts/domain/plan/a.ts', "export { readFileSync } from 'node:fs';", IMPORTS],
  ['scripts/domain/plan/a.ts', "export { readFileSync } from 'fs';", IMPORTS],
  ['scripts/domain/plan/a.ts', "export { spawn } from 'node:child_process';", IMPORTS],
  ['scripts/domain/plan/a.ts', "export { S3Client } from '@aws-sdk/client-s3';", IMPORTS],
  ['scripts/domain/plan/a.ts', "export { ProcessShell } from '../../adapters/shell';", IMPORTS],
  ['scripts/domain/plan/a.ts', 'export const today = new Date();', SYNTAX],
  ['scripts/domain/plan/a.ts', 'export const now = Date.now();', SYNTAX],
  ['constructs/a/a.ts', 'export const now = Date.now();', SYNTAX],
  ['constructs/a/a.ts', 'export const suffix = Math.random();', SYNTAX],
  ['stacks/environments/a.ts', 'export const today = new Date();', SYNTAX],

  ['constructs/a/a.ts', "export const home = process.env['HOME'];", PROPERTIES],
  ['constructs/a/a.ts', 'export const { env } = process;', PROPERTIES],
  ['stacks/a.ts', "export const home = process['env'];", PROPERTIES],
  ['scripts/commands/a.ts', "export const home = process.env['HOME'];", PROPERTIES],
  ['scripts/adapters/a.ts', "export { env } from 'node:process';", IMPORTS],
  ['scripts/adapters/a.ts', 'process.exit(1);', PROPERTIES],
  ['scripts/domain/a.ts', 'process.exitCode = 1;', PROPERTIES],
];

const allowed: readonly [file: string, code: string][] = [
  ['constructs/a/a.ts', "export { Vpc } from '@cdktf/provider-aws/lib/vpc';"],
  ['constructs/a/a.ts', "export { Construct } from 'constructs';"],
  ['constructs/a/a.ts', "export { readFileSync } from 'node:fs';"],
  ['stacks/a.ts', "export { App } from 'cdktf';"],
  ['scripts/commands/a.ts', "export { prod } from '../../stacks/environments/prod';"],
  ['scripts/commands/a.ts', "export { environments } from '../../stacks/environments';"],
  ['scripts/commands/a.ts', "export { InvalidValueError } from '../../constructs/invalid-value';"],
  ['scripts/adapters/a.ts', "export { spawn } from 'node:child_process';"],
  ['scripts/domain/a.ts', "export { createHash } from 'node:crypto';"],
  ['scripts/domain/a.ts', "export const release = new Date('2026-01-01');"],
  ['main.ts', 'export const { env } = process;'],
  ['scripts/cli.ts', 'process.exitCode = 2;'],
  ['__tests__/a.test.ts', "export const home = process.env['HOME'];"],
];

describe('the lint rules', () => {
  const snippets = [...forbidden, ...allowed].map(([file, code]) => ({ file, code }));
  let findings: Finding[][] = [];
  beforeAll(() => {
    findings = lint(snippets);
  });

  test.each(forbidden.map((row, index) => [...row, index] as const))(
    'in %s forbid %s (%s)',
    (_file, _code, rule, index) => {
      expect(findings[index]!.map(([id]) => id)).toEqual([rule]);
    },
  );

  test.each(allowed.map((row, index) => [...row, index] as const))('in %s allow %s', (_file, _code, index) => {
    expect(findings[forbidden.length + index]).toEqual([]);
  });

  test('cannot be switched off by a comment', () => {
    const code = ['/* eslint-', "disable */ export { App } from 'cdktf';"].join('');
    const [found] = lint([{ file: 'scripts/commands/a.ts', code }]);
    expect(found!.map(([rule]) => rule)).toContain(IMPORTS);
  });
});
