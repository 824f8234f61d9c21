import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { ProcessShell, type Result } from '../../scripts/adapters/shell';
import { createProgram } from '../../scripts/cli';
import { ExitCode } from '../../scripts/domain/exit-code';
import { resultOf } from './client-process';
import { type Outcome, outcomeOf } from './outcome';
import { recordingContext } from './recording-context';

const LAUNCHER = path.resolve(__dirname, '..', '..', 'scripts', 'slipway.cjs');

export interface Called extends Outcome {
  readonly printed: readonly string[];
  readonly logged: readonly string[];
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

/** Calls `slipway` without a process of its own. The programs that it runs are the real ones. */
export async function callSlipway(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Called> {
  const context = recordingContext({ env, shell: new ProcessShell({ env: process.env }) });
  let code: ExitCode = ExitCode.Done;
  const program = createProgram(async action => {
    code = await action({ ...context, dryRun: program.opts<{ dryRun?: boolean }>().dryRun ?? false });
  });
  const { printed, logged, objects } = context;
  const called = program.parseAsync([...words], { from: 'user' }).then(() => code);
  return { ...(await outcomeOf(called)), printed, logged, objects };
}

/** Starts `slipway` as a person does. `interrupt` presses Ctrl-C. */
export function startSlipway(words: readonly string[]): { readonly ended: Promise<Result>; interrupt(): void } {
  const child = spawn(process.execPath, [LAUNCHER, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  return { ended: resultOf(child), interrupt: () => void child.kill('SIGINT') };
}
