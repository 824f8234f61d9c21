import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Progress, ReleaseRun } from './release-run';

/** One step of a release. It may be run again after it was interrupted, or done without having been written down. */
export interface Step {
  readonly name: string;
  /** What it does, for people. */
  readonly what: (run: ReleaseRun) => string;
  /** Asked before it begins. @default - it begins without a question */
  readonly question?: (run: ReleaseRun) => string;
  /**
   * @param note  writes something down in the middle of the step
   */
  readonly work: (run: ReleaseRun, note: (progress: Progress) => Promise<ReleaseRun>) => Promise<Progress>;
}

export interface StepPorts {
  readonly save: (run: ReleaseRun) => Promise<void>;
  readonly confirm: (question: string) => Promise<boolean>;
  /** Runs the work of a step and says how long it took. */
  readonly timed: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

const HINT = 'then type `slipway resume`, or `slipway abort` to give it up';

/** Runs what is not done yet. What was done and what comes next is written down before each step. */
export async function runSteps(started: ReleaseRun, steps: readonly Step[], ports: StepPorts): Promise<ReleaseRun> {
  let run = started;
  const note = async (change: Partial<ReleaseRun>) => {
    run = { ...run, ...change };
    await ports.save(run);
    return run;
  };
  for (const { name, what, question, work } of steps) {
    if (run.done.includes(name)) continue;
    if (ports.signal.aborted)
      throw new SlipwayError(`stopped before "${name}"; type \`slipway resume\``, ExitCode.Refused);
    if (question && !(await ports.confirm(question(run)))) {
      throw new SlipwayError(`"${name}" was declined; ${HINT}`, ExitCode.Refused);
    }
    await note({ at: name });
    const progress = await ports
      .timed(what(run), () => work(run, note))
      .catch((error: unknown) => {
        throw withHint(error);
      });
    await note({ ...progress, done: [...run.done, name] });
  }
  return run;
}

function withHint(error: unknown): unknown {
  if (!(error instanceof SlipwayError)) return error;
  return new SlipwayError(`${error.message}; ${HINT}`, error.exitCode, { cause: error });
}
