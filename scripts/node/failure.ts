import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { lastErrors } from '../domain/swarm/judge-tasks';
import { recordEnd, recordOf } from './finish';
import type { Run } from './run';
import { takeBack } from './take-back';
import { ServiceFailure, tasksOf } from './wait-for-tasks';

const LOG_LINES = 50;

/**
 * Says why a release failed, undoes what it did, and writes it down.
 *
 * @returns the error for the caller to throw; its exit code is true of what is live now
 */
export async function fail(run: Run, error: unknown): Promise<SlipwayError> {
  const isRefusal = error instanceof SlipwayError && error.exitCode !== ExitCode.VerificationFailed;
  if (isRefusal && run.journal.steps.length === 0) return error;
  const reason = await reasonOf(run, error);
  run.steps.note(`failed: ${reason}`);
  if (error instanceof ServiceFailure) await showLogs(run, error.services);
  const { isPublic } = run;
  try {
    await takeBack(run);
  } catch (second) {
    return broken(run, reason, second);
  }
  writeDown(run, () => recordEnd(run, isPublic ? 'rolled back' : 'failed', reason));
  const before = run.before?.release.manifest.version;
  const [live, exitCode] = isPublic
    ? [before === undefined ? 'nothing serves, as before' : `${before} serves again`, ExitCode.RolledBack]
    : [before === undefined ? 'nothing is live yet' : `${before} was not touched`, ExitCode.VerificationFailed];
  const { version, stack } = run.manifest;
  return new SlipwayError(`${stack} ${version}: ${reason}; ${live}`, exitCode, { cause: error });
}

/** The error, and what the tasks of this release have to say to it, where it does not say that itself. */
async function reasonOf(run: Run, error: unknown): Promise<string> {
  const said = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ServiceFailure)) return said;
  const images = Object.values(run.wanted.release.stack.services).map(({ image }) => image);
  const more = error.services.map(async name => {
    const [found] = await tasksOf(run.world, run.stack, [name]);
    const ours = found?.tasks.filter(({ Spec }) => images.includes(Spec.ContainerSpec.Image)) ?? [];
    const health = await run.world.docker.healthComplaint(name);
    return [...lastErrors(ours).slice(-1), ...(health === undefined ? [] : [`its health check says: ${health}`])];
  });
  const details = (await Promise.all(more).catch(() => [])).flat().filter(detail => !said.includes(detail));
  return [said, ...new Set(details)].join(', ');
}

function broken(run: Run, reason: string, second: unknown): SlipwayError {
  const why = second instanceof Error ? second.message : String(second);
  writeDown(run, () => run.folder.addRecord(recordOf(run, 'broken', `${reason}; not taken back: ${why}`)));
  const { version, stack } = run.manifest;
  return new SlipwayError(
    `${stack} ${version}: ${reason}; taking it back failed as well: ${why}; see \`status\` and \`runbook\`, or repeat with \`abort\``,
    ExitCode.RollbackFailed,
    { cause: second },
  );
}

/** A record that cannot be written changes nothing about what is live, and so nothing about the exit code. */
function writeDown(run: Run, write: () => void): void {
  try {
    write();
  } catch (error) {
    run.steps.note(`not written down: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What the tasks of failed services wrote last; an engine that does not answer must not keep us from taking back. */
async function showLogs(run: Run, services: readonly string[]): Promise<void> {
  for (const service of services) {
    const text = await run.world.cli.logs(service, LOG_LINES).catch(() => '');
    if (text === '') continue;
    run.steps.note(`last lines of ${service}:`);
    for (const line of text.split('\n').slice(-LOG_LINES)) run.steps.note(`  ${line}`);
  }
}
