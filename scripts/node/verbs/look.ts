import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { namedRelease } from '../../domain/release/history';
import type { World } from '../world';

/** `releases`: the newest records of a stack. */
export function releases(world: World, stack: string, limit: number): ExitCode {
  const { output } = world;
  const records = world.folder(stack).records().slice(-limit).reverse();
  for (const record of records) output.json(record);
  for (const { n, version, commit, by, finishedAt, result, migrationLevel, downtimeMs, message } of records) {
    const level = migrationLevel === undefined ? '' : `  schema ${migrationLevel}`;
    const why = message === undefined ? '' : `  ${message}`;
    output.print(
      `#${n}  ${version}  ${commit.slice(0, 7)}  ${result}  ${finishedAt}  ${by}${level}  downtime ${(downtimeMs / 1000).toFixed(1)} s${why}`,
    );
  }
  if (records.length === 0) output.print(`${stack}: nothing released yet`);
  return ExitCode.Done;
}

/**
 * `show`: a release as it was handed in, what is live where none is named. Secrets are in it by name only.
 *
 * @throws SlipwayError (exit code 9) for one that is not here
 */
export function show(world: World, stack: string, wanted: string | undefined): ExitCode {
  const folder = world.folder(stack);
  const n = wanted === undefined ? folder.current().n : namedRelease(folder.records(), wanted).n;
  const release = n === null ? undefined : folder.kept(n)?.release;
  if (n !== null && release === undefined) {
    throw new SlipwayError(`release #${n} is no longer on this node; see \`releases\``, ExitCode.Refused);
  }
  world.output.json({ stack, n, release: release ?? null });
  world.output.print(release === undefined ? `${stack}: nothing released yet` : JSON.stringify(release, undefined, 2));
  return ExitCode.Done;
}

/** `audit`: who asked for what. */
export function audit(world: World, stack: string, limit: number): ExitCode {
  const { output } = world;
  for (const line of world.folder(stack).audit().slice(-limit).reverse()) {
    output.json(line);
    output.print(`${line.at}  ${line.by}  ${line.verb}: ${line.what}`);
  }
  return ExitCode.Done;
}

/** `logs`: what a service's tasks wrote last, in all of its colours. */
export async function logs(world: World, stack: string, service: string, lines: number): Promise<ExitCode> {
  const all = (await world.docker.services(stack)).map(({ Spec }) => Spec.Name);
  const wanted = [service, `${service}-blue`, `${service}-green`].map(name => `${stack}_${name}`);
  const found = all.filter(name => wanted.includes(name));
  if (found.length === 0) {
    const known = all.map(name => name.slice(stack.length + 1)).join(', ');
    throw new SlipwayError(`${stack} has no service ${JSON.stringify(service)}; it has ${known || 'none yet'}`);
  }
  for (const name of found) {
    const text = await world.cli.logs(name, lines);
    world.output.json({ service: name, lines: text.split('\n') });
    world.output.print(text);
  }
  return ExitCode.Done;
}
