import type { Application } from '../../stacks/environments/application';
import { findSecret, withoutSecrets } from '../adapters/secret-value';
import { sendToSlack } from '../adapters/slack';
import type { Notice } from '../domain/notify/notice';
import { slackMessage } from '../domain/notify/slack-message';
import type { Context } from './context';

/** Tells people, where the data names a channel. Whatever goes wrong is a line in the log and nothing more. */
export async function sendNotice(context: Context, { notify }: Application, notice: Notice): Promise<boolean> {
  if (!notify) return false;
  const message = slackMessage(withoutSecretsIn(notice), notify);
  if (context.dryRun) {
    context.output.log(`would tell Slack: ${message.text}`);
    return false;
  }
  const failure = await attempt(context, notify, message);
  if (failure !== undefined) context.output.log(`warning: nobody was told (${failure}); the release goes on`);
  return failure === undefined;
}

/** What failed may have said more than it should. */
function withoutSecretsIn(notice: Notice): Notice {
  const { failure } = notice;
  if (failure === undefined) return notice;
  const { reason, log } = failure;
  return { ...notice, failure: { ...failure, reason: withoutSecrets(reason), log: log.map(withoutSecrets) } };
}

async function attempt(
  context: Context,
  { webhook }: NonNullable<Application['notify']>,
  message: ReturnType<typeof slackMessage>,
): Promise<string | undefined> {
  try {
    const url = await findSecret(webhook, context);
    if (url === undefined) return 'the webhook is not set';
    return URL.canParse(url) ? await sendToSlack(url, message) : 'the webhook is not an address';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
