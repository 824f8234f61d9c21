import { ExitCode } from '../../domain/exit-code';
import { MAX_RELEASE_BYTES, parseRelease } from '../../domain/release/parse-release';
import { changedUnits, readSecrets, resolveNames } from '../prepare';
import type { World } from '../world';
import type { ReadInput } from './apply';

/** `plan`: what an `apply` of the release on standard input would start anew, secrets compared by their hashes. Changes nothing. */
export async function plan(world: World, readInput: ReadInput): Promise<ExitCode> {
  const release = parseRelease(await readInput(MAX_RELEASE_BYTES), world.settings);
  const { stack, version } = release.manifest;
  const folder = world.folder(stack);
  const current = folder.current();
  const resolved = resolveNames(folder, release, await readSecrets(world, release));
  const before = current.n === null ? undefined : folder.kept(current.n)?.resolved;
  const units = await changedUnits(world, stack, { release, resolved }, current);
  const services = units.flatMap(unit => unit.services);
  const gone = Object.keys(current.n === null ? {} : (folder.kept(current.n)?.release.stack.services ?? {})).filter(
    name => release.stack.services[name] === undefined,
  );
  const secrets = Object.entries(resolved.secrets)
    .filter(([name, full]) => before?.secrets[name] !== full)
    .map(([name]) => name);
  world.output.json({ stack, version, from: current.n, services, gone, secrets });
  world.output.print(services.length + gone.length === 0 ? 'no changes' : `starts anew: ${services.join(', ')}`);
  if (gone.length > 0) world.output.print(`ends: ${gone.join(', ')}`);
  if (secrets.length > 0) world.output.print(`secrets that changed: ${secrets.join(', ')}`);
  return ExitCode.Done;
}
