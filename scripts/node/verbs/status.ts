import { ExitCode } from '../../domain/exit-code';
import type { StackFolder } from '../adapters/stack-folder';
import { StackLock } from '../adapters/stack-lock';
import type { DockerService, DockerTask } from '../adapters/docker-api';
import { parseRoutes } from '../../domain/swarm/route-file';
import type { World } from '../world';
import { differences, tasksToRun } from './differences';

interface ServiceStatus {
  readonly service: string;
  readonly image: string;
  readonly version: string;
  readonly commit: string;
  /** Whether the public, or its own stack, uses it: `live`, or `kept` for the way back. */
  readonly role: 'live' | 'kept' | 'other';
  readonly running: number;
  readonly wanted: number;
}

/** States of a run that nobody needs to work on. */
const WAITING: ReadonlySet<string> = new Set(['paused', 'canary']);

/** `status`: what is live, and what is not as the last release left it. Changes nothing. */
export async function status(world: World, stack: string): Promise<ExitCode> {
  const folder = world.folder(stack);
  const current = folder.current();
  const services = await world.docker.services(stack);
  const tasks = await world.docker.tasks(services.map(({ ID }) => ID));
  const rows = services
    .map(service => describe(service, tasks, folder))
    .sort((a, b) => a.service.localeCompare(b.service));
  const live = current.n === null ? undefined : folder.kept(current.n)?.release.manifest;
  const lock = await new StackLock(folder, world.now).holder();
  const journal = folder.journal();
  const last = folder.records().at(-1);
  const dirty = current.n === null || journal !== undefined ? [] : differences(world, folder, services, tasks);
  const facts = {
    stack,
    version: live?.version ?? null,
    commit: live?.commit ?? null,
    n: current.n,
    services: rows,
    dirty,
    ...(current.kept && { kept: current.kept }),
    ...(current.maintenance && { maintenance: current.maintenance }),
    ...(lock && { lock }),
    ...(journal && {
      unfinished: {
        n: journal.n,
        state: lock?.pid === undefined && !WAITING.has(journal.state) ? 'interrupted' : journal.state,
        public: publicVersions(world, stack, rows),
      },
    }),
    ...(last && {
      last: {
        n: last.n,
        version: last.version,
        result: last.result,
        by: last.by,
        finishedAt: last.finishedAt,
        message: last.message,
      },
    }),
    migrationLevel: live?.migrationLevel ?? null,
    memory: world.resources.memory(),
    disk: world.resources.disk(world.settings.state),
  };
  world.output.json(facts);
  world.output.print(`${stack}  ${facts.version ?? 'nothing released yet'}${dirty.length > 0 ? '  DIRTY' : ''}`);
  for (const { service, version, role, running, wanted, image } of rows) {
    world.output.print(`  ${service}  ${version}  ${role}  ${running}/${wanted}  ${image}`);
  }
  for (const line of dirty) world.output.print(`  DIRTY: ${line}`);
  if (current.kept)
    world.output.print(`  kept for an instant way back until ${current.kept.until}: release #${current.kept.n}`);
  if (current.maintenance) world.output.print(`  maintenance since ${current.maintenance.since}`);
  if (lock) world.output.print(`  locked by ${lock.by}: ${lock.verb}`);
  if (facts.unfinished) {
    const { n, state, public: versions } = facts.unfinished;
    world.output.print(`  release #${n} is ${state}; the public gets ${versions.join(' and ') || 'nothing'}`);
  }
  if (last)
    world.output.print(
      `  last: #${last.n} ${last.version} ${last.result}${last.message === undefined ? '' : `: ${last.message}`}`,
    );
  return ExitCode.Done;
}

function describe({ ID, Spec }: DockerService, tasks: readonly DockerTask[], folder: StackFolder): ServiceStatus {
  const { colours, kept } = folder.current();
  const labels = Spec.Labels ?? {};
  const short = Spec.Name.slice(folder.stack.length + 1);
  const isIn = (found: Readonly<Record<string, string>> | undefined) =>
    Object.entries(found ?? {}).some(([service, colour]) => short === `${service}-${colour}`);
  const mine = tasksToRun(ID, tasks);
  const uncoloured = labels['slipway.colour'] === undefined && labels['slipway.version'] !== undefined;
  return {
    service: Spec.Name,
    image: Spec.TaskTemplate.ContainerSpec.Image,
    version: labels['slipway.version'] ?? 'unknown',
    commit: labels['slipway.commit'] ?? 'unknown',
    role: isIn(colours) || uncoloured ? 'live' : isIn(kept?.colours) ? 'kept' : 'other',
    running: mine.length,
    wanted: Spec.Mode.Replicated?.Replicas ?? 1,
  };
}

/** Versions that visitors are sent to at this moment, whoever was interrupted where. */
function publicVersions({ traefik }: World, stack: string, rows: readonly ServiceStatus[]): string[] {
  const text = traefik.routes(stack);
  const routed = Object.entries(text === undefined ? {} : parseRoutes(stack, text));
  const names = routed.map(([service, colour]) => `${stack}_${service}-${colour}`);
  return [...new Set(rows.filter(({ service }) => names.includes(service)).map(({ version }) => version))];
}
