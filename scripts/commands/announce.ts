import type { Application } from '../../stacks/environments/application';
import { ExitCode } from '../domain/exit-code';
import { branchesOf } from '../domain/git-flow/branches';
import type { Notice } from '../domain/notify/notice';
import { SlipwayError } from '../domain/slipway-error';
import type { ReleaseEvent } from '../release/release-ports';
import type { ReleaseRun } from '../release/release-run';
import type { Context } from './context';
import { repositoryOf, runUrlOf } from './released-application';
import { sendNotice } from './send-notice';

/**
 * Tells people how a release goes.
 *
 * @param lastLines  the end of the log, for those who are called to a failure
 */
export function announcer(context: Context, application: Application, lastLines: () => readonly string[]) {
  return async (event: ReleaseEvent): Promise<void> => {
    const { run } = event;
    const link = runUrlOf(context);
    const notice: Notice = {
      kind: kindOf(event),
      version: run.version,
      by: run.by,
      ...(link && { link }),
      ...(event.kind === 'started'
        ? { commits: await commitsOf(context, application, run) }
        : { durationMs: context.now().getTime() - Date.parse(run.startedAt) }),
      ...(event.kind === 'failed' && {
        failure: { step: run.at ?? '', reason: event.error.message, log: lastLines(), next: 'slipway resume' },
      }),
    };
    await sendNotice(context, application, notice);
  };
}

function kindOf(event: ReleaseEvent): Notice['kind'] {
  if (event.kind !== 'failed') return event.kind;
  return event.error instanceof SlipwayError && event.error.exitCode === ExitCode.RolledBack ? 'rolled back' : 'failed';
}

/** What is new against production. */
async function commitsOf(context: Context, application: Application, { base }: ReleaseRun): Promise<string[]> {
  const git = repositoryOf(context, application);
  const range = `refs/remotes/${git.remote}/${branchesOf(application).main}..${base}`;
  const { stdout } = await git.look(['log', '--no-merges', '--format=%s', range]);
  return stdout.split('\n').filter(Boolean);
}
