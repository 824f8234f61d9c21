import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

/** A synthesized stack as JSON, as far as tests read it. */
export interface SynthesizedStack {
  readonly terraform: { readonly required_providers: Record<string, { version: string }> };
  readonly resource?: Record<string, Record<string, Record<string, unknown>>>;
  readonly data?: Record<string, Record<string, Record<string, unknown>>>;
}

/**
 * Runs main.ts, as cdktf does, in the project or in a copy of it.
 *
 * @param outdir  receives `stacks/<name>/cdk.tf.json`
 * @returns the stacks by name
 */
export function synthesizeStacks(
  outdir: string,
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Map<string, SynthesizedStack> {
  const cwd = options.cwd ?? root;
  const { app } = JSON.parse(readFileSync(path.join(cwd, 'cdktf.json'), 'utf8')) as { app: string };
  const answer = spawnSync(app, {
    cwd,
    shell: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CDKTF_OUTDIR: outdir, ...options.env },
    encoding: 'utf8',
  });
  if (answer.status !== 0) throw new Error(`main.ts ended with ${String(answer.status)}: ${answer.stderr}`);
  const folder = path.join(outdir, 'stacks');
  return new Map(
    readdirSync(folder).map(stack => {
      const text = readFileSync(path.join(folder, stack, 'cdk.tf.json'), 'utf8');
      return [stack, JSON.parse(text) as SynthesizedStack];
    }),
  );
}
