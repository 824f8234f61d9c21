import { isRunning } from '../../domain/swarm/judge-tasks';
import { parseRoutes } from '../../domain/swarm/route-file';
import type { Colour } from '../../domain/swarm/units';
import type { DockerService, DockerTask } from '../adapters/docker-api';
import type { StackFolder } from '../adapters/stack-folder';
import { replicasOf } from '../run';
import { driftedServices } from '../specs';
import { keptServices, liveServices } from '../strays';
import type { World } from '../world';

/** What somebody has changed behind the program's back, in words. */
export function differences(
  world: World,
  folder: StackFolder,
  services: readonly DockerService[],
  tasks: readonly DockerTask[],
): string[] {
  const { stack } = folder;
  const current = folder.current();
  const { changed, gone } = driftedServices(services, current);
  const live = new Set(liveServices(folder, current));
  const ours = new Set([...live, ...keptServices(stack, current.kept?.colours ?? {})]);
  const others = services.map(({ Spec }) => Spec.Name).filter(name => !ours.has(name));
  return [
    ...changed.map(name => `${name} was changed since the release; release again to mend it`),
    ...others.map(name => `${name} was not part of the release`),
    ...gone.map(name => `${name} was removed since the release`),
    ...wrongNumbers(folder, services, live),
    ...services.filter(({ Spec }) => ours.has(Spec.Name)).flatMap(service => wrongTasks(service, tasks)),
    ...wrongRoutes(world, folder),
  ];
}

function wrongNumbers(folder: StackFolder, services: readonly DockerService[], live: ReadonlySet<string>): string[] {
  const current = folder.current();
  const release = current.n === null ? undefined : folder.kept(current.n)?.release;
  if (release === undefined) return [];
  const wanted = new Map(
    Object.entries(replicasOf(release, current)).map(([name, replicas]) => {
      const colour = current.colours[name];
      const full: string = [folder.stack, colour === undefined ? name : `${name}-${colour}`].join('_');
      return [full, replicas] as const;
    }),
  );
  return services.flatMap(({ Spec: { Name, Mode } }) => {
    const found = Mode.Replicated?.Replicas ?? 1;
    const right = wanted.get(Name) ?? found;
    return live.has(Name) && found !== right ? [`${Name} is to have ${found} tasks, released were ${right}`] : [];
  });
}

/** Tasks of a service that run, and not only to finish what they had begun. */
export function tasksToRun(id: string, tasks: readonly DockerTask[]): DockerTask[] {
  return tasks.filter(task => task.ServiceID === id && isRunning(task));
}

function wrongTasks({ ID, Spec }: DockerService, tasks: readonly DockerTask[]): string[] {
  const running = tasksToRun(ID, tasks);
  const wanted = Spec.Mode.Replicated?.Replicas ?? 1;
  const image = Spec.TaskTemplate.ContainerSpec.Image;
  return [
    ...(running.length === wanted ? [] : [`${Spec.Name} runs ${running.length} of ${wanted} tasks`]),
    ...running
      .filter(task => task.Spec.ContainerSpec.Image !== image)
      .map(task => `task ${task.ID} runs ${task.Spec.ContainerSpec.Image}`),
  ];
}

/** Where the public is sent, when it is not where the last release has sent it. */
function wrongRoutes({ traefik }: World, folder: StackFolder): string[] {
  const { n, colours } = folder.current();
  const routes = n === null ? undefined : folder.kept(n)?.release.manifest.routes;
  const text = traefik.routes(folder.stack);
  let found: Readonly<Record<string, Colour>> = {};
  try {
    found = text === undefined ? {} : parseRoutes(folder.stack, text);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  return Object.keys(routes ?? {}).flatMap(service => {
    const [is, should] = [found[service], colours[service]];
    return is === should ? [] : [`the public is sent to ${is ?? 'no'} ${service}, released was ${should ?? 'none'}`];
  });
}
