import { type Application, application as configured } from '../../stacks/environments/application';
import { WorkTree } from '../adapters/work-tree';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { bumpedTexts, statedVersions } from '../domain/version/bump';
import { versionOf } from '../domain/version/version';
import type { Action } from './action';
import type { Context } from './context';
import { repositoryOf } from './released-application';

export interface BumpOptions {
  /** Version to write or, with `check`, to expect. @default - with `check`: all places must agree on one */
  readonly version?: string;
  readonly check: boolean;
}

/** `slipway bump`: writes a version into the configured files of the work tree, or compares what they say. */
export function bump({ version, check }: BumpOptions, application: Application = configured): Action {
  return async context => {
    const { scheme, files = [] } = application.versions;
    if (version !== undefined) versionOf(scheme, version);
    if (check) return compare(context, application, version);
    if (version === undefined) throw new SlipwayError('no version is named; type `slipway bump <version>` or --check');
    const tree = new WorkTree(repositoryOf(context, application).folder);
    const texts = await bumpedTexts(files, file => tree.read(file), version);
    for (const [file, text] of texts) {
      if (context.dryRun) context.output.log(`would write: ${file}`);
      else await tree.replace(file, text);
      context.output.print(file);
    }
    if (texts.size === 0)
      context.output.log(files.length === 0 ? 'no file is configured' : `all say ${version} already`);
    context.output.json({ command: 'bump', version, files: [...texts.keys()], dryRun: context.dryRun });
    return ExitCode.Done;
  };
}

async function compare(context: Context, application: Application, expected?: string): Promise<ExitCode> {
  const tree = new WorkTree(repositoryOf(context, application).folder);
  const stated = await statedVersions(application.versions.files ?? [], file => tree.read(file));
  const wanted = expected ?? stated[0]?.version;
  const agree = stated.every(({ version }) => version === wanted);
  for (const { place, version } of stated) context.output.print(`${version.padEnd(12)} ${place}`);
  if (!agree)
    context.output.log(`they disagree; to write one version everywhere: slipway bump ${wanted ?? '<version>'}`);
  context.output.json({ command: 'bump', agree, version: wanted, stated });
  return agree ? ExitCode.Done : ExitCode.Refused;
}
