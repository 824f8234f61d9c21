import { randomBytes } from 'node:crypto';
import {
  PREVIEW_HEADER,
  previewRouter,
  renderRoutes,
  RELEASE_HEADER,
  traefikService,
} from '../domain/swarm/route-file';
import type { Colour, Unit } from '../domain/swarm/units';
import { questionsOf } from '../domain/swarm/questions-of';
import { type Expectation, findFault } from '../domain/swarm/find-fault';
import { rightInARow } from './check';
import { liveRoutes } from './routes';
import type { Run } from './run';
import { waitUntilListed, wantedOf } from './start-colours';
import { until } from './until';
import { ServiceFailure, watchTasks } from './wait-for-tasks';

const WATCH_SECONDS = 12;
const ROUTE_WITHIN_MS = 10_000;
const CHECK_PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Judges the new tasks through a route that only this program knows, and watches them for a while.
 *
 * @param earlier  stages that are through
 */
export async function checkBeforeTraffic(
  run: Run,
  units: readonly Unit[],
  earlier: readonly (readonly Unit[])[],
): Promise<void> {
  const { world, steps, manifest } = run;
  const routed: Readonly<Record<string, Colour>> = Object.fromEntries(
    units.flatMap(unit =>
      unit.services
        .filter(service => service in manifest.routes)
        .map(service => [service, run.colourOf(unit) ?? 'blue'] as const),
    ),
  );
  const services = wantedOf(run, units).map(({ service }) => service);
  const expectations = await steps.run('list', 'until Traefik knows all of them, and the way to them', async () => {
    const opened = openPreview(run, routed, earlier);
    await waitUntilListed(run, units);
    await waitForRoutes(run, routed);
    return opened;
  });
  await steps.run('preview', 'ask the new tasks, which nobody else can reach', async () => {
    for (const expectation of expectations) {
      const wrong = await rightInARow(world, expectation, CHECK_PATIENCE_MS);
      if (wrong !== undefined) throw new ServiceFailure(`release ${manifest.version} is not right: ${wrong}`, services);
    }
  });
  const seconds = manifest.watchSeconds ?? WATCH_SECONDS;
  if (seconds === 0) return;
  await steps.run('watch', `${seconds} s without a crash`, async () => {
    await watchTasks(world, run.stack, services, seconds * 1000);
    for (const expectation of expectations) {
      const wrong = await findFault(world.probe, expectation);
      if (wrong !== undefined)
        throw new ServiceFailure(`release ${manifest.version} did not stay right: ${wrong}`, services);
    }
  });
}

/** Adds the preview routes to what is public: Traefik takes them up while it finds the tasks. */
function openPreview(
  run: Run,
  colours: Readonly<Record<string, Colour>>,
  earlier: readonly (readonly Unit[])[],
): readonly Expectation[] {
  const { world, stack, manifest } = run;
  const token = randomBytes(16).toString('hex');
  const live = run.hasSwitched ? liveRoutes(run, earlier) : liveRoutes(run);
  world.traefik.writeRoutes(stack, renderRoutes({ ...live, preview: { colours, token, routes: manifest.routes } }));
  return Object.keys(colours).map(service => ({
    ...expectationOf(run, service),
    headers: { [PREVIEW_HEADER]: token },
    proof: { name: RELEASE_HEADER.toLowerCase(), value: token },
  }));
}

/** Waits until Traefik has the preview routes. */
async function waitForRoutes({ world, stack }: Run, colours: Readonly<Record<string, Colour>>): Promise<void> {
  for (const [service, colour] of Object.entries(colours)) {
    const target = `${traefikService(stack, service, colour)}@swarm`;
    const look = async () =>
      (await world.traefik.router(previewRouter(stack, service)))?.service === target ? true : undefined;
    const found = await until(look, { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: ROUTE_WITHIN_MS });
    if (found === undefined) throw new ServiceFailure(`Traefik does not take the preview route of ${service}`, []);
  }
}

/** What a routed service must answer once this release is live. */
export function expectationOf(run: Run, service: string): Expectation {
  const { manifest, world, stack } = run;
  const hostnames = world.settings.stacks[stack]?.hostnames ?? [];
  return { ...questionsOf(manifest, hostnames, service), version: manifest.version };
}
