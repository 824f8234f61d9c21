import type { Application } from '../../../stacks/environments/application';
import { ExitCode } from '../../domain/exit-code';
import type { Notice } from '../../domain/notify/notice';
import { SlipwayError } from '../../domain/slipway-error';
import type { Prepared } from '../../release/deploy';
import type { DeployPorts } from '../../release/deploy-ports';
import type { Context } from '../context';
import { sendNotice } from '../send-notice';

interface Deployment {
  readonly ports: Pick<DeployPorts, 'git'>;
  readonly prepared: Prepared;
  readonly environment: string;
}

/** Does the work, and tells people that it begins and how it ends. */
export async function telling(
  context: Context,
  application: Application,
  { ports, prepared, environment }: Deployment,
  work: () => Promise<void>,
): Promise<void> {
  const { manifest } = prepared.release;
  const began = context.now().getTime();
  const common = {
    ...{ version: manifest.version, environment, by: manifest.by },
    ...(manifest.runUrl !== undefined && { link: manifest.runUrl }),
  };
  const tell = (notice: Omit<Notice, keyof typeof common>) =>
    sendNotice(context, application, { ...common, ...notice });
  const durationMs = () => context.now().getTime() - began;
  await tell({ kind: 'started', commits: await commitsOf(ports, prepared) });
  try {
    await work();
  } catch (error) {
    const kind = error instanceof SlipwayError && error.exitCode === ExitCode.RolledBack ? 'rolled back' : 'failed';
    const reason = error instanceof Error ? error.message : String(error);
    const next = `slipway deploy ${environment} ${manifest.version}`;
    await tell({ kind, durationMs: durationMs(), failure: { step: 'deploy', reason, log: [], next } });
    throw error;
  }
  await tell({ kind: 'done', durationMs: durationMs() });
}

/** Subjects of what is new. */
async function commitsOf({ git }: Deployment['ports'], { commit, live }: Prepared): Promise<readonly string[]> {
  if (live === undefined) return [];
  const { stdout } = await git.look(['log', '--no-merges', '--format=%s', `${live}..${commit}`]);
  return stdout.split('\n').filter(Boolean);
}
