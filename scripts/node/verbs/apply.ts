import { ExitCode } from '../../domain/exit-code';
import { MAX_RELEASE_BYTES, parseRelease } from '../../domain/release/parse-release';
import type { Release } from '../../domain/release/release';
import { SlipwayError } from '../../domain/slipway-error';
import { applyRelease, type Outcome } from '../apply';
import { alone, ownerOf } from '../session';
import type { StackFolder } from '../adapters/stack-folder';
import type { World } from '../world';

/** Input of a verb: everything that arrives, up to a limit. */
export type ReadInput = (maxBytes: number) => Promise<string>;

/** `apply`: the release on standard input becomes what is live. */
export async function apply(world: World, readInput: ReadInput): Promise<ExitCode> {
  const release = parseRelease(await readInput(MAX_RELEASE_BYTES), world.settings);
  const { stack, version } = release.manifest;
  const folder = world.folder(stack);
  const owner = ownerOf({ ...release.manifest, verb: 'apply' }, version);
  return alone(world, folder, owner, async () => {
    refuseUnfinished(folder);
    return report(world, folder, release, await applyRelease(world, folder, release, 'apply'));
  });
}

/** A release that waits for a decision keeps every other one out. */
export function refuseUnfinished(folder: StackFolder): void {
  const journal = folder.journal();
  if (journal === undefined) return;
  const version = folder.kept(journal.n)?.release.manifest.version ?? '';
  const next = journal.state === 'canary' ? '`canary promote` or `canary drop`' : '`continue` or `abort`';
  throw new SlipwayError(
    `release ${version} of ${folder.stack} is ${journal.state} and waits for ${next}`,
    ExitCode.Refused,
  );
}

/** Says how a release ended. */
export function report(
  { output }: World,
  folder: StackFolder,
  { manifest: { stack, version } }: Release,
  outcome: Outcome,
): ExitCode {
  const { result, n, record } = outcome;
  const live = n === null ? undefined : folder.kept(n)?.release.manifest.version;
  const digests = new Set(Object.values(record?.images ?? {}).map(image => image.slice(image.indexOf('sha256:'))));
  const lines = {
    done: `${stack} now runs ${version} (${[...digests].join(', ')}), release #${n ?? 0}; downtime observed: ${((record?.downtimeMs ?? 0) / 1000).toFixed(1)} s`,
    'no changes':
      result === 'no changes' && live !== undefined && live !== version
        ? `no changes: ${version} is what ${stack} runs already, released as ${live}`
        : `no changes: ${stack} runs ${version} already`,
    paused: `${stack} ${version}: a stage is done; look at it, then \`continue\` or \`abort\``,
    canary: `${stack} ${version} is on trial; then \`canary promote\` or \`canary drop\``,
  };
  output.print(lines[result]);
  output.json({ stack, version, result, n, ...(record && { record }) });
  return outcome.exitCode;
}
