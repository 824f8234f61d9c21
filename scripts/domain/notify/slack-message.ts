import type { Failure, Notice } from './notice';

/** The body of a request to an incoming webhook. */
export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export interface SlackBlock {
  readonly type: 'section';
  readonly text: { readonly type: 'mrkdwn'; readonly text: string };
}

export interface SlackStyle {
  readonly tone?: 'plain' | 'cheerful';
  readonly owner?: string;
}

/** Slack refuses longer texts of a block. */
const MOST_CHARACTERS = 3000;
const MOST_COMMITS = 10;
const LOG_LINES = 30;

const APPLAUSE: Readonly<Record<Notice['kind'], string>> = {
  started: ':rocket: ',
  done: ':clap: ',
  failed: ':thumbsdown: ',
  'rolled back': ':leftwards_arrow_with_hook: ',
};

/** A notice as Slack shows it. */
export function slackMessage(notice: Notice, { tone = 'plain', owner }: SlackStyle): SlackMessage {
  const { failure, commits = [], link } = notice;
  const headline = (tone === 'cheerful' ? APPLAUSE[notice.kind] : '') + escaped(headlineOf(notice));
  const facts = [headline, ...(link === undefined ? [] : [`<${link}|The run>`])].join('\n');
  const texts = [
    facts,
    ...(commits.length > 0 ? [listOf(commits)] : []),
    ...(failure ? [failureText(failure, owner)] : []),
    ...(failure && failure.log.length > 0 ? [logOf(failure.log)] : []),
  ];
  return { text: headline, blocks: texts.map(text => ({ type: 'section', text: { type: 'mrkdwn', text } })) };
}

function headlineOf({ kind, version, environment, by, durationMs }: Notice): string {
  const where = environment === undefined ? '' : ` on ${environment}`;
  const time = durationMs === undefined ? '' : `, ${timeOf(durationMs)}`;
  return `${version} ${kind}${where} (${by}${time})`;
}

function failureText({ step, reason, next }: Failure, owner: string | undefined): string {
  const call = owner === undefined ? '' : `<@${owner}> `;
  return cut(`${call}Step \`${escaped(step)}\`: ${escaped(reason)}\nTo go on: \`${escaped(next)}\``);
}

function listOf(commits: readonly string[]): string {
  const shown = commits.slice(0, MOST_COMMITS).map(subject => `• ${escaped(subject)}`);
  const more = commits.length - shown.length;
  return cut([...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
}

/** The last lines, as many as Slack takes. */
function logOf(lines: readonly string[]): string {
  const kept = lines.slice(-LOG_LINES).map(escaped);
  while (kept.join('\n').length > MOST_CHARACTERS - 8) {
    if (kept.length === 1) kept[0] = (kept[0] ?? '').slice(-(MOST_CHARACTERS - 8));
    else kept.shift();
  }
  return `\`\`\`\n${kept.join('\n')}\n\`\`\``;
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

/** The three characters that mean something to Slack: without this, a commit could call everybody in the channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function timeOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
