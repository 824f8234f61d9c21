import { liveDigests, liveRelease, unhealthy } from '../domain/deploy/node-status';
import { ExitCode } from '../domain/exit-code';
import { judge, type OverrideWish, type Refusal } from '../domain/guard/refusal';
import { SlipwayError } from '../domain/slipway-error';
import type { Deployable } from './deploy';
import type { EnvironmentPort } from './deploy-ports';
import type { LiveRelease } from './deployer';

/**
 * What an environment serves, when it may be taken over from there.
 *
 * @param expected  digest that was checked there. @default - whatever it serves
 * @throws SlipwayError (exit code 9) for what is not healthy, does not answer, or is not what was checked
 */
export async function promotable(
  environment: Pick<EnvironmentPort, 'name' | 'status' | 'verify'>,
  app: Deployable,
  wish: OverrideWish,
  expected?: string,
): Promise<LiveRelease> {
  const status = await environment.status();
  const { repository } = app.image;
  const live = liveRelease(status, repository);
  const { name } = environment;
  if (live === undefined)
    throw refused(`${name} serves nothing yet; deploy to it first: slipway deploy ${name} <version>`);
  const { length } = liveDigests(status, repository);
  if (length !== 1) {
    const what = length === 0 ? `no image of ${repository}` : `more than one image of ${repository}`;
    throw refused(`${name} serves ${what}; deploy all of it first: slipway deploy ${name} ${live.version}`);
  }
  if (expected !== undefined && live.digest !== expected) {
    throw refused(
      `${name} was changed since it was checked: it serves ${live.version} (${live.digest}), not ${expected}`,
    );
  }
  const silence = await environment.verify(live.version).then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  );
  const refusals = [...unhealthy(status).map(reason => `${name}: ${reason}`), ...silence];
  judge(
    refusals.map((reason): Refusal => ({ guard: 'unhealthy', reason })),
    wish,
  );
  return live;
}

function refused(message: string): SlipwayError {
  return new SlipwayError(message, ExitCode.Refused);
}
