import { type Application, application as configured, type Builder } from '../../stacks/environments/application';
import { changedFiles } from '../adapters/git-checkout';
import { ExitCode } from '../domain/exit-code';
import { commitTag } from '../domain/image/image-repository';
import { SlipwayError } from '../domain/slipway-error';
import { versionOf } from '../domain/version/version';
import type { Action } from './action';
import { imagePort } from './image-port';
import { repositoryOf } from './released-application';
import { step } from './step';

export interface BuildOptions {
  /** Version that the image gets as a tag. @default - only the tag of its commit */
  readonly version?: string;
  /** What to build, as Git takes it, e.g. `HEAD` or a tag. */
  readonly commit: string;
  /** @default - the data's */
  readonly builder?: string;
  /** Whether the image gets its version as a tag; without, the version is only told to the build. @default true */
  readonly versionTag?: boolean;
  /** Whether `latest` moves to this image, last of all. */
  readonly latest: boolean;
}

/** `slipway build`: the image of one commit, pushed. What is not committed is not in it. */
export function build(options: BuildOptions, application: Application = configured): Action {
  return async context => {
    const { output, dryRun } = context;
    const { version, versionTag = true } = options;
    if (version !== undefined) versionOf(application.versions.scheme, version);
    const builder = builderOf(options.builder);
    const port = await imagePort(context, application, builder === undefined ? {} : { builder });
    if (!port || !application.image) {
      throw new SlipwayError('no image is configured; add `image` to stacks/environments/application.ts');
    }
    const git = repositoryOf(context, application);
    const commit = await git.read(['rev-parse', '--verify', `${options.commit}^{commit}`]);
    const changed = await changedFiles(git);
    if (changed.length > 0) output.log(`not in the image, because it is not committed: ${changed.join(', ')}`);

    const { repository } = application.image;
    const tag = version !== undefined && versionTag ? version : undefined;
    const image = `${repository}:${tag ?? commitTag(commit)}`;
    if (dryRun) {
      output.print(`would build ${image} from ${commit}`);
      output.json({ command: 'build', image, commit, dryRun });
      return ExitCode.Done;
    }
    const name = version ?? commitTag(commit);
    const digest = await step(context, `build ${commit.slice(0, 7)}`, () => port.build(name, commit));
    if (tag !== undefined) await port.name(tag, digest);
    if (tag !== undefined && options.latest) await port.moveLatest(digest);
    output.print(`image=${image}\ndigest=${digest}`);
    output.json({ command: 'build', image, digest, commit });
    return ExitCode.Done;
  };
}

function builderOf(text: string | undefined): Builder | undefined {
  if (text === undefined || text === 'local' || text === 'ci') return text;
  if (/^ssh:\/\/[^-][^\s/]*$/.test(text)) return text as Builder;
  throw new SlipwayError(`--builder is "${text}", allowed is local, ci or ssh://user@host`);
}
