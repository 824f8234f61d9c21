import type { SlackMessage } from '../domain/notify/slack-message';
import { request } from './http';

/** Long enough for an answer, and short enough for somebody who waits for a release. */
const TIMEOUT_MS = 3_000;
const TRIES = 2;

/**
 * Sends a message to an incoming webhook, twice if need be.
 *
 * @returns why it was not taken, for a warning: a message that does not arrive fails nothing
 */
export async function sendToSlack(webhook: string, message: SlackMessage): Promise<string | undefined> {
  let reason = '';
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      const { status, body } = await request(webhook, { method: 'POST', json: message, timeoutMs: TIMEOUT_MS });
      if (status === 200) return undefined;
      // Slack's own words, e.g. `no_service` for a webhook that was removed.
      reason = `Slack answered ${status} ${body.slice(0, 100)}`;
      if (status < 500 && status !== 429) return reason;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  return reason;
}
