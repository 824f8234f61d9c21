import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

/** Node.js reads a machine's own certificates at each start, which can take longer than the start, and a megabyte or two. */
export const NO_MORE_CERTIFICATES = { NODE_EXTRA_CA_CERTS: undefined };

/** Nothing that a run of these programs should ask of the network, and nothing that points them at an AWS. */
const QUIET = {
  ...NO_MORE_CERTIFICATES,
  ...{ CHECKPOINT_DISABLE: '1', CI: 'true', NO_COLOR: '1', FORCE_COLOR: '0', AWS_ENDPOINT_URL: undefined },
};

/** Milliseconds that a program takes from start to end. */
export function durationOf(program: string, args: readonly string[], cwd: string): number {
  const begin = performance.now();
  run(program, args, cwd, {});
  return performance.now() - begin;
}

/** Highest memory use of a Node.js program in MB, as the kernel counted it. */
export function peakMemoryOf(args: readonly string[], cwd: string): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-memory-'));
  const [hook, answer] = [path.join(folder, 'hook.cjs'), path.join(folder, 'answer')];
  const written = `require('node:fs').writeFileSync(${JSON.stringify(answer)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(hook, `process.on('exit', () => ${written});\n`);
  try {
    run('node', ['-r', hook, ...args], cwd, { CDKTF_OUTDIR: path.join(folder, 'out') });
    return Number(readFileSync(answer, 'utf8')) / 1024;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
  const answer = spawnSync(program, args, { cwd, env: { ...process.env, ...QUIET, ...env }, encoding: 'utf8' });
  if (answer.status === 0) return;
  const command = [program, ...args].join(' ');
  throw new Error(`${command} ended with exit code ${String(answer.status)}:\n${answer.stdout}${answer.stderr}`);
}
