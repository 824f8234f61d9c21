import type { Hook } from '../domain/release/release';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { renderHook } from '../domain/swarm/render-stack';
import { unitsOf } from '../domain/swarm/units';
import type { Run } from './run';
import { until } from './until';

const TIMEOUT_SECONDS = 300;
const LOOK_EVERY_MS = 250;
const LOG_LINES = 200;
const ENDED: ReadonlySet<string> = new Set(['complete', 'failed', 'rejected', 'shutdown', 'orphaned']);

/** Runs one-off tasks of the new image one after the other, and shows what they wrote. */
export async function runHooks(run: Run, when: 'pre-switch' | 'post-deploy', hooks: readonly Hook[]): Promise<void> {
  for (const [index, hook] of hooks.entries()) {
    const words = hook.command.join(' ');
    const failure = await run.steps.run(when, `${hook.service}: ${words}`, () =>
      runHook(run, hook, `${when}-${index}`),
    );
    if (failure === undefined) continue;
    if (hook.allowFailure !== true) {
      throw new SlipwayError(`${when} hook ${JSON.stringify(words)} failed: ${failure}`, ExitCode.VerificationFailed);
    }
    run.steps.note(`failed, which this hook may: ${failure}`);
  }
}

/** @returns why it failed; undefined when it did not */
async function runHook(run: Run, hook: Hook, id: string): Promise<string | undefined> {
  const { world, stack, wanted } = run;
  const unit = unitsOf(wanted.release).find(({ services }) => services.includes(hook.service));
  const colour = unit && run.colourOf(unit);
  const service = `${stack}_hook-${id}`;
  await world.cli.removeServices([service]);
  await world.cli.deployStack(stack, renderHook({ ...wanted, hook, id, ...(colour && { colour }) }));
  const seconds = hook.timeoutSeconds ?? TIMEOUT_SECONDS;
  try {
    const options = { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: seconds * 1000 };
    const status = await until(() => endOf(run, service), options);
    for (const line of (await world.cli.logs(service, LOG_LINES)).split('\n')) if (line !== '') run.steps.note(line);
    if (status === undefined) return `it did not end within ${seconds} s`;
    if (status.State === 'complete') return undefined;
    return status.Err ?? `exit code ${status.ContainerStatus?.ExitCode ?? 'unknown'}`;
  } finally {
    await world.cli.removeServices([service]);
  }
}

async function endOf({ world, stack }: Run, service: string) {
  const found = (await world.docker.services(stack)).find(({ Spec }) => Spec.Name === service);
  if (found === undefined) return undefined;
  const [task] = await world.docker.tasks([found.ID]);
  return task !== undefined && ENDED.has(task.Status.State) ? task.Status : undefined;
}
