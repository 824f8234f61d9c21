import { type Application, application as configured } from '../../../stacks/environments/application';
import type { ExitCode } from '../../domain/exit-code';
import type { ReleaseRecord } from '../../domain/release/history';
import type { Action } from '../action';
import { stackOf } from '../deploy/environment-port';
import { sendNotice } from '../send-notice';
import { type NodeOptions } from './node-target';
import { withNode } from './node-session';

/** Where somebody goes back. */
export interface WayBack extends NodeOptions {
  /** Stack on the node. @default - the environment's own */
  readonly stack?: string;
  /** Exit code that says that it was gone back. */
  readonly code: ExitCode;
}

/** Does the work; when it has gone back to an older release, people are told, with the node's own reason. */
export function tellingWayBack(work: Action, where: WayBack, application: Application = configured): Action {
  return async context => {
    const code = await work(context);
    if (code !== where.code || !application.notify || context.dryRun) return code;
    const { environment, stack = stackOf(environment) } = where;
    const [record] = await withNode(context, where, node =>
      node.look<ReleaseRecord>('releases', '--limit', '1', '--stack', stack),
    );
    if (record?.verb !== 'rollback' || record.from === null) return code;
    const reason = `${record.version} serves again${record.reason === undefined ? '' : `: ${record.reason}`}`;
    await sendNotice(context, application, {
      ...{ kind: 'rolled back', version: record.from, environment, by: record.by },
      ...(record.runUrl !== undefined && { link: record.runUrl }),
      failure: {
        step: 'rollback',
        reason,
        log: [],
        next: `slipway diff ${environment} ${record.version} ${record.from}`,
      },
    });
    return code;
  };
}
