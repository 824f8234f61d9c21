import { type Application, application as configured } from '../../stacks/environments/application';
import { readRemoteRefs } from '../adapters/git-remote';
import { ExitCode } from '../domain/exit-code';
import { takenVersions } from '../domain/git-flow/branch-names';
import { nextHotfix } from '../domain/version/next-hotfix';
import { nextVersion } from '../domain/version/next-version';
import type { Action } from './action';
import { repositoryOf } from './released-application';

export interface VersionNextOptions {
  /** Release whose next hotfix is wanted. @default - the next release */
  readonly hotfix?: string;
  /** Letter or reference of the hotfix. @default - the next letter */
  readonly reference?: string;
}

/** `slipway version next`: what a release started now would be called. It reserves nothing. */
export function versionNext(options: VersionNextOptions, application: Application = configured): Action {
  return async context => {
    const { versions } = application;
    const refs = await readRemoteRefs(repositoryOf(context, application));
    const taken = takenVersions(refs);
    const { hotfix: of, reference } = options;
    const { version, base } =
      of === undefined
        ? { version: nextVersion(versions.scheme, taken, context.now()), base: undefined }
        : nextHotfix(versions, { of, ...(reference !== undefined && { reference }) }, [...refs.tags.keys()], taken);
    context.output.print(version);
    context.output.json({ version, scheme: versions.scheme, ...(base !== undefined && { base }) });
    return ExitCode.Done;
  };
}
