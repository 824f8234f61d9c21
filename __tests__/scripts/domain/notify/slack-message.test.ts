import type { Notice } from '../../../../scripts/domain/notify/notice';
import { slackMessage } from '../../../../scripts/domain/notify/slack-message';

const notice: Notice = { kind: 'done', version: '202611.3', by: 'Alice', durationMs: 83_400 };
const texts = (extra: Partial<Notice>, style = {}) =>
  slackMessage({ ...notice, ...extra }, style).blocks.map(block => block.text.text);
const failure = { step: 'staging', reason: 'not healthy', log: ['one', 'two'], next: 'slipway resume' };

test('says what, where, who and how long', () => {
  expect(slackMessage({ ...notice, environment: 'prod' }, {}).text).toBe('202611.3 done on prod (Alice, 1 min 23 s)');
  expect(slackMessage({ ...notice, durationMs: 59_400 }, {}).text).toBe('202611.3 done (Alice, 59 s)');
});

test.each([
  ['started', ':rocket: '],
  ['done', ':clap: '],
  ['failed', ':thumbsdown: '],
  ['rolled back', ':leftwards_arrow_with_hook: '],
] as const)('a cheerful tone for %s, a plain one without', (kind, start) => {
  expect(slackMessage({ ...notice, kind }, { tone: 'cheerful' }).text).toBe(
    `${start}202611.3 ${kind} (Alice, 1 min 23 s)`,
  );
  expect(slackMessage({ ...notice, kind }, { tone: 'plain' }).text).toBe(`202611.3 ${kind} (Alice, 1 min 23 s)`);
});

test('links the run and lists the commits, ten at most', () => {
  const commits = Array.from({ length: 12 }, (_, index) => `Commit ${index}`);
  const [facts, list] = texts({ link: 'https://ci.example.org/1', commits });
  expect(facts).toContain('<https://ci.example.org/1|The run>');
  expect(list?.split('\n')).toHaveLength(11);
  expect(list).toMatch(/^• Commit 0\n(.*\n)*and 2 more$/);
});

test('calls the owner to a failure, with the step, the log and what to type', () => {
  expect(texts({ kind: 'failed', failure }, { owner: 'U012AB3CD' }).slice(1)).toEqual([
    '<@U012AB3CD> Step `staging`: not healthy\nTo go on: `slipway resume`',
    '```\none\ntwo\n```',
  ]);
  expect(texts({ kind: 'failed', failure })[1]).toMatch(/^Step/);
});

test('shows the last 30 lines, and of long ones as many as Slack takes', () => {
  const log = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  expect(
    texts({ failure: { ...failure, log } })[2]
      ?.split('\n')
      .slice(1, -1),
  ).toEqual(log.slice(10));
  const long = log.map(line => line.padEnd(400, '.'));
  const shown = texts({ failure: { ...failure, log: long } })[2] ?? '';
  expect(shown.length).toBeLessThanOrEqual(3000);
  expect(shown.split('\n').slice(1, -1)).toEqual(long.slice(-7));
  expect(texts({ failure: { ...failure, log: ['x'.repeat(5000)] } })[2]).toHaveLength(3000);
});

test('keeps within what Slack takes, whatever a reason says', () => {
  for (const text of texts({ failure: { ...failure, reason: 'x'.repeat(9000) }, commits: ['y'.repeat(9000)] })) {
    expect(text.length).toBeLessThanOrEqual(3000);
  }
});

test('a commit can call nobody', () => {
  expect(texts({ commits: ['Merge <!channel> & <@U1>'] })[1]).toBe('• Merge &lt;!channel&gt; &amp; &lt;@U1&gt;');
  expect(slackMessage({ ...notice, by: '<!here>' }, {}).text).toContain('&lt;!here&gt;');
});
