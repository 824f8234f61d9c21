import { CircleCiBusyError, type CircleCi, type StartedPipeline, type WorkflowState } from '../adapters/circleci';
import type { Clock } from '../adapters/clock';
import { NoAnswerError } from '../adapters/http';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';

export interface PipelineBuildPorts {
  readonly circleci: Pick<CircleCi, 'start' | 'pipeline' | 'workflows' | 'pageOf'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface PipelineBuild {
  readonly version: string;
  readonly commit: string;
  /** Branch whose configuration is run. */
  readonly branch: string;
  readonly timeoutMinutes: number;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 20_000;
const SLOWER = 1.5;
/** A pipeline that has not begun by then has nothing to run. */
const BEGIN_MS = 120_000;
/** Answers in a row that CircleCI may owe. */
const MOST_SILENCE = 10;
const ENDED = ['success', 'failed', 'error', 'canceled', 'unauthorized', 'not_run'];

/**
 * Has a pipeline of CircleCI build a commit, and waits until it has. A wait that is cut short leaves the pipeline alone: what it
 * pushes is found the next time.
 *
 * @throws SlipwayError with exit code 4 when there is no image at the end
 */
export async function buildByPipeline(ports: PipelineBuildPorts, build: PipelineBuild): Promise<void> {
  try {
    await startAndFollow(ports, build);
  } catch (error) {
    throw error instanceof SlipwayError ? failed(error.message) : error;
  }
}

async function startAndFollow(ports: PipelineBuildPorts, build: PipelineBuild): Promise<void> {
  const { circleci, log } = ports;
  const { version, commit, branch } = build;
  const pipeline = await circleci.start(branch, { action: 'build', version, commit });
  const where = `pipeline ${pipeline.number} (${circleci.pageOf(pipeline)})`;
  log(`${where} builds ${commit.slice(0, 7)}`);
  const workflows = await ended(ports, pipeline, build, where);
  const bad = workflows.filter(({ status }) => status !== 'success');
  if (bad.length === 0) return;
  const what = bad.map(({ name, status }) => `${name} ended with ${status}`).join(', ');
  throw failed(`${where} has built no image: ${what}; read its log`);
}

async function ended(
  { circleci, clock, log, signal }: PipelineBuildPorts,
  pipeline: StartedPipeline,
  { branch, timeoutMinutes }: PipelineBuild,
  where: string,
): Promise<readonly WorkflowState[]> {
  const begun = clock.now();
  let wait = FIRST_WAIT_MS;
  let silent = 0;
  let said = '';
  for (;;) {
    if (signal.aborted) throw failed(`nobody waits for ${where} any longer; it goes on, and what it pushes is found`);
    if (clock.now() - begun > timeoutMinutes * 60_000) {
      throw failed(`${where} has not ended in ${timeoutMinutes} minutes; look at it, then build again`);
    }
    try {
      const workflows = await look(circleci, pipeline, where);
      silent = 0;
      const now = workflows.map(({ name, status }) => `${name}: ${status}`).join(', ');
      if (now !== said && now !== '') log(`pipeline ${pipeline.number}: ${now}`);
      said = now;
      if (workflows.length > 0 && workflows.every(({ status }) => ENDED.includes(status))) return workflows;
      if (workflows.length === 0 && clock.now() - begun > BEGIN_MS) {
        throw failed(`${where} runs nothing; is build-on-demand in .circleci/config.yml of ${branch}?`);
      }
    } catch (error) {
      silent += 1;
      if (!isPassing(error) || silent > MOST_SILENCE) throw error;
    }
    await clock.sleep(wait, signal);
    wait = Math.min(wait * SLOWER, LONGEST_WAIT_MS);
  }
}

async function look(
  circleci: PipelineBuildPorts['circleci'],
  { id }: StartedPipeline,
  where: string,
): Promise<readonly WorkflowState[]> {
  const { state, errors } = await circleci.pipeline(id);
  if (state === 'errored') {
    throw failed(`${where} was not understood: ${errors.join('; ')}; correct .circleci/config.yml`);
  }
  return circleci.workflows(id);
}

/** Whether the same question may be answered a moment later: CircleCI is busy, or there was no answer. */
function isPassing(error: unknown): boolean {
  return error instanceof CircleCiBusyError || error instanceof NoAnswerError;
}

function failed(what: string): SlipwayError {
  return new SlipwayError(what, ExitCode.BuildFailed);
}
