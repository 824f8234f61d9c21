import { ProcessShell } from '../../../scripts/adapters/shell';
import { readSecret } from '../../../scripts/adapters/secret-value';
import { announcer } from '../../../scripts/commands/announce';
import { notify } from '../../../scripts/commands/notify';
import { ExitCode } from '../../../scripts/domain/exit-code';
import { SlipwayError } from '../../../scripts/domain/slipway-error';
import type { ReleaseRun } from '../../../scripts/release/release-run';
import type { Application } from '../../../stacks/environments/application';
import { fakeContext } from '../../support/fake-project';
import { outcomeOf } from '../../support/outcome';
import { SlackServer } from '../../support/slack-server';

const application: Application = {
  versions: { scheme: 'YYYYMM.N' },
  notify: { webhook: { env: 'SLACK_WEBHOOK' }, tone: 'cheerful', owner: 'U012AB3CD' },
};

let slack: SlackServer;
beforeEach(async () => {
  slack = await SlackServer.start();
});
afterEach(() => slack.stop());

const contextFor = (webhook: string | undefined = slack.webhook, dryRun = false) =>
  fakeContext({
    env: { SLACK_WEBHOOK: webhook, CIRCLE_USERNAME: 'alice', CIRCLE_BUILD_URL: 'https://ci.example.org/7' },
    dryRun,
    answer: command => (command.includes('log') ? { stdout: 'Second\nFirst\n' } : undefined),
  });

async function run(kind = 'done', context = contextFor(), using = application) {
  return { ...(await outcomeOf(notify({ kind, version: '202611.3', environment: 'prod' }, using)(context))), context };
}

test('the channel gets the message', async () => {
  const { code, context } = await run();
  expect(code).toBe(ExitCode.Done);
  expect(slack.messages.map(({ text }) => text)).toEqual([':clap: 202611.3 done on prod (alice)']);
  expect(slack.messages[0]!.blocks[0]!.text.text).toContain('<https://ci.example.org/7|The run>');
  expect([context.printed, context.logged]).toEqual([['sent'], []]);
});

test('what failed may have said a secret that was read: it is not passed on', async () => {
  const context = contextFor();
  const env = { REGISTRY_TOKEN: 'marked-registry-token' };
  await readSecret({ env: 'REGISTRY_TOKEN' }, 'the token', { ...context, env });
  const reason = 'curl -u webshop:marked-registry-token ended with 22';
  await notify({ kind: 'failed', version: '202611.3', reason }, application)(context);
  const said = JSON.stringify(slack.messages);
  expect(said).toContain('curl -u webshop:*** ended with 22');
  expect(said).not.toContain('marked');
});

test('rolled-back is one word on the command line', async () => {
  await run('rolled-back');
  expect(slack.messages[0]?.text).toContain('202611.3 rolled back on prod');
});

test.each([
  ['a server that is down for a moment', [503], 1, []],
  ['a server that is down', [503, 503], 0, ['Slack answered 503 trouble']],
  ['a webhook that was removed is asked once', [404], 0, ['Slack answered 404 trouble']],
])('%s', async (_what, troubles, messages, reasons) => {
  slack.troubles = [...troubles];
  const { code, context } = await run();
  expect(code).toBe(ExitCode.Done);
  expect(slack.messages).toHaveLength(messages);
  expect(slack.requests).toBe(Math.max(troubles.length, messages + troubles.length));
  expect(context.logged).toEqual(reasons.map(reason => `warning: nobody was told (${reason}); the release goes on`));
});

test.each([
  ['nobody listens', 'http://127.0.0.1:1/services/secret', /127\.0\.0\.1:1 does not answer/],
  ['not an address', 'secret', /the webhook is not an address/],
  ['not set', '', /the webhook is not set/],
])('a dead hook is a warning without the secret: %s', async (_what, webhook, reason) => {
  const { code, context } = await run('failed', contextFor(webhook));
  expect(code).toBe(ExitCode.Done);
  expect(context.logged).toEqual([expect.stringMatching(reason)]);
  expect(context.logged.join()).not.toContain('secret');
});

test('a dry run sends nothing', async () => {
  const { context } = await run('started', contextFor(slack.webhook, true));
  expect([slack.requests, context.logged]).toEqual([
    0,
    ['would tell Slack: :rocket: 202611.3 started on prod (alice)'],
  ]);
});

test.each([
  ['finished', application, 'allowed is started, done, failed or rolled-back'],
  ['done', { versions: application.versions }, 'no channel is configured'],
])('refuses %s', async (kind, using, message) => {
  const outcome = await run(kind, contextFor(), using);
  expect([outcome.code, outcome.message]).toEqual([ExitCode.Usage, expect.stringContaining(message)]);
});

describe('a release tells', () => {
  const run: ReleaseRun = {
    format: 1,
    id: 'x',
    version: '202611.3',
    by: 'Alice',
    startedAt: '2026-05-04T09:11:33Z',
    startBranch: 'develop',
    base: 'abc',
    done: ['branch'],
    at: 'build',
    overrides: [],
  };
  const tell = (event: Parameters<ReturnType<typeof announcer>>[0]) =>
    announcer(contextFor(), application, () => ['npm failed'])(event);

  test('of its begin, with the commits', async () => {
    await tell({ kind: 'started', run });
    expect(slack.messages[0]).toMatchObject({ text: ':rocket: 202611.3 started (Alice)' });
    expect(slack.messages[0]!.blocks[1]!.text.text).toBe('• Second\n• First');
  });

  test('of its end, with the duration', async () => {
    await tell({ kind: 'done', run });
    expect(slack.messages[0]?.text).toBe(':clap: 202611.3 done (Alice, 1 min 0 s)');
  });

  test('the owner of a failure, with the step, the log and what to type', async () => {
    await tell({ kind: 'failed', run, error: new Error('the build failed') });
    const words = slack.messages[0]!.blocks.map(({ text }) => text.text).join('\n');
    expect(words).toContain('<@U012AB3CD> Step `build`: the build failed\nTo go on: `slipway resume`');
    expect(words).toContain('npm failed');
    expect(slack.messages[0]?.text).toContain('202611.3 failed');
  });

  test('that the old version serves again', async () => {
    await tell({ kind: 'failed', run, error: new SlipwayError('no health', ExitCode.RolledBack) });
    expect(slack.messages[0]?.text).toContain('202611.3 rolled back');
  });

  test('nobody where there is no channel', async () => {
    await announcer(contextFor(), { versions: application.versions }, () => [])({ kind: 'done', run });
    expect(slack.requests).toBe(0);
  });
});

test('a webhook can come from a program', async () => {
  const context = { ...contextFor(undefined), shell: new ProcessShell({ env: process.env }) };
  const webhook = { command: ['printf', '%s\\n', slack.webhook] } as const;
  await run('done', context as never, { ...application, notify: { webhook } });
  expect(slack.messages).toHaveLength(1);
});
