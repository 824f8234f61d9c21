import { ExitCode } from '../../domain/exit-code';
import { renderServices } from '../../domain/swarm/render-stack';
import { renderRoutes } from '../../domain/swarm/route-file';
import { type Colour, type ResolvedNames, unitsOf } from '../../domain/swarm/units';
import { SlipwayError } from '../../domain/slipway-error';
import type { KeptRelease } from '../run';
import { routeOptions } from '../routes';
import type { World } from '../world';

/**
 * `runbook`: what to type, as root of the node, on the day when this program is broken. Every line is a plain command, with
 * the release that is live and the one before it written out.
 */
export function runbook(world: World, stack: string): ExitCode {
  const { settings, output } = world;
  const folder = world.folder(stack);
  const current = folder.current();
  const live = current.n === null ? undefined : folder.kept(current.n);
  if (live === undefined)
    throw new SlipwayError(`${stack} has no release to write a runbook for; release first`, ExitCode.Refused);
  const earlier = folder
    .records()
    .filter(
      ({ n, result, version }) => result === 'done' && n !== current.n && version !== live.release.manifest.version,
    )
    .at(-1);
  const before = earlier && folder.kept(earlier.n);
  const docker = settings.docker === '/var/run/docker.sock' ? 'docker' : `docker --host unix://${settings.docker}`;
  const script = [
    `# Runbook of ${stack}, live: ${live.release.manifest.version}. Type as root of the node.`,
    '',
    '# What runs',
    `${docker} stack services ${stack}`,
    `${docker} stack ps --no-trunc ${stack}`,
    '',
    ...byHand(
      world,
      docker,
      stack,
      live,
      current.colours,
      `Start ${live.release.manifest.version} again, the release that was live`,
    ),
    ...(before === undefined || earlier === undefined
      ? ['# There is no release before it to go back to.']
      : byHand(world, docker, stack, before, earlier.colours, `Go back to ${before.release.manifest.version}`)),
  ];
  output.print(script.join('\n'));
  output.json({ stack, script });
  return ExitCode.Done;
}

function byHand(
  world: World,
  docker: string,
  stack: string,
  kept: KeptRelease,
  colours: Readonly<Record<string, Colour>>,
  title: string,
): string[] {
  const { release, resolved } = kept;
  const units = unitsOf(release).map(unit => {
    const colour = colours[unit.services[0] ?? ''];
    return { unit, ...(colour && { colour }) };
  });
  const live = Object.fromEntries(Object.entries(colours).filter(([service]) => service in release.manifest.routes));
  const file = `${world.settings.dynamic}/${stack}.yml`;
  return [
    `# ${title}`,
    ...secretsNeeded(resolved).map(name => `# it needs the secret or file: ${name}`),
    ...[...new Set(Object.values(release.stack.services).map(({ image }) => image))].map(
      image => `${docker} pull --quiet ${image}`,
    ),
    `${docker} stack deploy --with-registry-auth --resolve-image never --compose-file - ${stack} <<'RUNBOOK'`,
    JSON.stringify(renderServices({ release, resolved, units }), null, 1),
    'RUNBOOK',
    '# wait until all of them run',
    `until [ -z "$(${docker} stack services --format '{{.Replicas}}' ${stack} | grep -vE '^([0-9]+)/\\1')" ]; do sleep 1; done`,
    '# and give them the traffic: write beside the file, then rename',
    `cat >${file}.new <<'RUNBOOK'`,
    renderRoutes(routeOptions(world, stack, kept, live, undefined)).trimEnd(),
    'RUNBOOK',
    `mv ${file}.new ${file}`,
    '',
  ];
}

function secretsNeeded({ secrets, configs }: ResolvedNames): string[] {
  return [...Object.values(secrets), ...Object.values(configs)];
}
