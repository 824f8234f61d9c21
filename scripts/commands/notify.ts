import { type Application, application as configured } from '../../stacks/environments/application';
import { ExitCode } from '../domain/exit-code';
import { type Notice, NOTICE_KINDS } from '../domain/notify/notice';
import { SlipwayError } from '../domain/slipway-error';
import type { Action } from './action';
import { sendNotice } from './send-notice';
import { personOf, runUrlOf } from './released-application';

export interface NotifyOptions {
  /** `started`, `done`, `failed` or `rolled-back`. */
  readonly kind: string;
  readonly version: string;
  readonly environment?: string;
  /** What went wrong, for `failed` and `rolled-back`. */
  readonly reason?: string;
}

/** `slipway notify`: tells people of what a pipeline did. A message that does not arrive is a warning. */
export function notify(options: NotifyOptions, application: Application = configured): Action {
  return async context => {
    const { version, environment, reason } = options;
    const kind = NOTICE_KINDS.find(one => one === options.kind.replace('-', ' '));
    if (!kind) throw new SlipwayError(`kind is "${options.kind}", allowed is started, done, failed or rolled-back`);
    if (!application.notify) {
      throw new SlipwayError('no channel is configured; add `notify` to stacks/environments/application.ts');
    }
    const link = runUrlOf(context);
    const next = `slipway deploy ${environment ?? '<env>'} ${version}`;
    const notice: Notice = {
      kind,
      version,
      by: await personOf(context, application),
      ...(environment !== undefined && { environment }),
      ...(link && { link }),
      ...(reason !== undefined && { failure: { step: 'deploy', reason, log: [], next } }),
    };
    const sent = await sendNotice(context, application, notice);
    if (sent) context.output.print('sent');
    context.output.json({ command: 'notify', kind, version, sent });
    return ExitCode.Done;
  };
}
