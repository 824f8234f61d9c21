import { type Application, application as configured } from '../../stacks/environments/application';
import { gitEditor } from '../adapters/editor';
import { mergeFolderOf } from '../adapters/git-merge-folder';
import { ExitCode } from '../domain/exit-code';
import { mergeTargets } from '../domain/git-flow/branches';
import { SlipwayError } from '../domain/slipway-error';
import { versionOf } from '../domain/version/version';
import { finalize, type FinalizePorts } from '../release/finalize';
import type { Action } from './action';
import type { Context } from './context';
import { repositoryOf } from './released-application';

export interface FinalizeOptions {
  readonly version: string;
  /** Whether a person writes the messages of the merges. */
  readonly edit: boolean;
}

/** `slipway finalize`: the last step of a release or hotfix, also on its own. */
export function finalizeRelease({ version, edit }: FinalizeOptions, application: Application = configured): Action {
  return async context => {
    versionOf(application.versions.scheme, version);
    const { output, dryRun } = context;
    if (dryRun) {
      output.print(
        `would merge ${version} into ${mergeTargets(application).join(' and ')}, tag it and remove its branch`,
      );
      output.json({ command: 'finalize', version, dryRun });
      return ExitCode.Done;
    }
    const ports = await finalizePorts(context, application, edit);
    const { commit, merged, tagged } = await finalize(ports, application, version);
    const isNew = tagged || merged.length > 0;
    const what = [...(merged.length > 0 ? [`merged into ${merged.join(' and ')}`] : []), ...(tagged ? ['tagged'] : [])];
    output.print(`${version}: ${isNew ? what.join(', ') : 'already merged and tagged'} (${commit.slice(0, 7)})`);
    output.json({ command: 'finalize', version, commit, merged, tagged });
    return ExitCode.Done;
  };
}

/** What a flow needs to finish a version. */
export async function finalizePorts(context: Context, application: Application, edit: boolean): Promise<FinalizePorts> {
  const git = repositoryOf(context, application);
  if (edit && !context.interactive) {
    throw new SlipwayError('--edit opens an editor, and there is no terminal; leave it out');
  }
  return {
    git,
    mergeFolder: branch => mergeFolderOf(git, context.root, branch),
    log: line => context.output.log(line),
    ...(edit && { edit: gitEditor(await git.read(['var', 'GIT_EDITOR']), context.env) }),
  };
}
