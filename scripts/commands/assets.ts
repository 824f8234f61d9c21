import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environmentNamed } from '../../stacks/environments';
import { type Application, application as configured } from '../../stacks/environments/application';
import type { AssetSettings } from '../../stacks/environments/asset-settings';
import { fetchArtefact } from '../adapters/artefact';
import { assetFiles } from '../adapters/asset-folder';
import { AssetStore } from '../adapters/asset-store';
import { awsClients } from '../adapters/aws-clients';
import { type AssetFile, assetObject, HASHED_NAME } from '../domain/assets/asset-file';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { publishAssets, type Published } from '../release/publish-assets';
import type { Action } from './action';
import type { Context } from './context';
import { copyAssetsOut, imageOf } from './assets-of-image';
import { outputOf, readOutputs, type ReadOutputs } from './node/node-target';

export interface AssetsPublishOptions {
  readonly version: string;
  readonly environment: string;
  /** Whether what no kept release needs is removed. */
  readonly prune: boolean;
}

const PREFIX = 'assets/';
const CACHE_SECONDS = 60;
const KEEP = 5;

/** `slipway assets publish <version>`: the assets of a release, in the bucket of an environment. */
export function assetsPublish(
  options: AssetsPublishOptions,
  application: Application = configured,
  outputsOf: ReadOutputs = readOutputs,
): Action {
  return async context => {
    const { version, environment, prune } = options;
    const settings = settingsOf(application);
    environmentNamed(environment);
    const { output, dryRun } = context;
    const digest = 'fromImage' in settings ? await imageOf(context, application, version) : '';
    const bucket = outputOf(environment, await outputsOf(context, environment), 'AssetBucketName');
    const place = `${bucket}/${settings.prefix ?? PREFIX}`;
    if (dryRun) {
      const from = 'fromImage' in settings ? `${settings.fromImage} of ${digest}` : settings.folder;
      output.print(`would publish ${from} as ${version} to ${place}`);
      output.json({ command: 'assets publish', version, environment, from, to: place, dryRun });
      return ExitCode.Done;
    }
    const published = await publish(context, application, { version, digest, bucket, prune });
    output.print(`${place} has the assets of ${version}: ${told(published, prune)}`);
    output.json({ command: 'assets publish', version, environment, to: place, ...published });
    return ExitCode.Done;
  };
}

/**
 * Publishes the assets of a release to an environment, before its tasks start; does nothing where no assets are configured.
 *
 * @param digest  of the image that is released, `sha256:...`
 * @throws SlipwayError with exit code 4 when the bucket does not have what it should
 */
export async function publishAssetsOf(
  context: Context,
  application: Application,
  environment: string,
  version: string,
  digest: string,
  outputsOf: ReadOutputs = readOutputs,
): Promise<void> {
  if (!application.assets) return;
  const bucket = outputOf(environment, await outputsOf(context, environment), 'AssetBucketName');
  const published = await publish(context, application, { version, digest, bucket, prune: false });
  context.output.log(`assets of ${version}: ${told(published, false)}`);
}

interface Publishing {
  readonly version: string;
  readonly digest: string;
  readonly bucket: string;
  readonly prune: boolean;
}

async function publish(context: Context, application: Application, publishing: Publishing): Promise<Published> {
  const { version, digest, bucket, prune } = publishing;
  const settings = settingsOf(application);
  const { hashed = HASHED_NAME, cacheSeconds = CACHE_SECONDS, prefix = PREFIX, keep = KEEP } = settings;
  const fetched = await mkdtemp(path.join(tmpdir(), 'slipway-assets-'));
  try {
    const files = await collect(context, application, digest, fetched);
    if (files.length === 0) {
      throw new SlipwayError(
        `there are no assets in ${whereOf(settings)}; build them, or correct \`assets\``,
        ExitCode.BuildFailed,
      );
    }
    const objects = files.map(file => assetObject(file, { prefix, hashed, cacheSeconds }));
    const store = new AssetStore(awsClients(context), bucket);
    const ports = { store, now: context.now, signal: context.signal };
    return await publishAssets(ports, { version, objects, prefix, keep, prune });
  } finally {
    await rm(fetched, { recursive: true });
  }
}

/** All files of the set: those of the image or folder, and the artefacts, of which none may take another's place. */
async function collect(
  context: Context,
  application: Application,
  digest: string,
  fetched: string,
): Promise<AssetFile[]> {
  const settings = settingsOf(application);
  const [own, elsewhere] = [path.join(fetched, 'own'), path.join(fetched, 'artefacts')];
  const artefacts = settings.artefacts ?? [];
  // First what may fail for reasons of others, as it is quick to say so.
  for (const artefact of artefacts) await fetchArtefact(artefact, elsewhere, context.signal);
  if ('fromImage' in settings)
    await copyAssetsOut(context, application, { digest, folder: settings.fromImage, into: own });
  const files = await assetFiles(
    'fromImage' in settings ? own : path.resolve(context.root, application.repository ?? '.', settings.folder),
  );
  const further = artefacts.length === 0 ? [] : await assetFiles(elsewhere);
  const twice = further.find(({ path: name }) => files.some(file => file.path === name));
  if (twice) {
    throw new SlipwayError(`${twice.path} is an artefact and in ${whereOf(settings)}; give one of them another place`);
  }
  return [...files, ...further];
}

function settingsOf({ assets }: Application): AssetSettings {
  if (!assets) throw new SlipwayError('no assets are configured; add `assets` to stacks/environments/application.ts');
  if (assets.prefix !== undefined && !/^(?:[A-Za-z0-9._-]+\/)+$/.test(assets.prefix)) {
    throw new SlipwayError(`assets.prefix is "${assets.prefix}", allowed is a folder; write it like assets/`);
  }
  return assets;
}

function whereOf(settings: AssetSettings): string {
  return 'fromImage' in settings ? `${settings.fromImage} of the image` : settings.folder;
}

function told({ uploaded, unchanged, leftOver }: Published, prune: boolean): string {
  const rest =
    leftOver === 0 ? '' : `, ${leftOver} of older releases ${prune ? 'removed' : 'left; --prune removes them'}`;
  return `${uploaded} uploaded, ${unchanged} there already${rest}`;
}
