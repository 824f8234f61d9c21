import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';
import { WATCH_LIMITS, type WatchLimits } from '../swarm/breach';
import { Arguments } from './arguments';
import { closest } from './closest';
import { shown } from './place';

interface Wish {
  /** Answer in JSON, one object a line. */
  readonly json: boolean;
}

interface StackWish extends Wish {
  /** @default - the node's own stack */
  readonly stack?: string;
}

/** A wish that changes something, with what the audit wants to know. */
interface Change extends StackWish {
  /** @default 'deploy' - the account */
  readonly by: string;
  readonly reason?: string;
  readonly runUrl?: string;
}

/** What a client may ask of the release program. */
export type Request =
  | (Wish & { readonly verb: 'apply' | 'plan' | 'resume' | 'tidy' | 'version' })
  | (StackWish & { readonly verb: 'status' | 'runbook' })
  | (StackWish & { readonly verb: 'show'; readonly target?: string })
  | (StackWish & { readonly verb: 'releases' | 'audit'; readonly limit: number })
  | (StackWish & { readonly verb: 'logs'; readonly service: string; readonly lines: number })
  | (Change & { readonly verb: 'unlock' | 'continue' | 'abort' | 'prune' })
  | (Change & { readonly verb: 'rollback'; readonly target?: string })
  | WatchRequest
  | ExecRequest
  | (Change & { readonly verb: 'lock'; readonly reason: string; readonly minutes: number })
  | (Change & { readonly verb: 'maintenance'; readonly on: boolean; readonly allowIps: readonly string[] })
  | (Change & { readonly verb: 'canary'; readonly decision: 'promote' | 'drop' })
  | (Change & { readonly verb: 'scale'; readonly replicas: Readonly<Record<string, number>> });

/** Looks at a release for a while. */
export type WatchRequest = Change & {
  readonly verb: 'watch';
  readonly minutes: number;
  /** Whether it only looks, and leaves what it finds to others. */
  readonly only: boolean;
  readonly limits: WatchLimits;
};

/** Runs a command in a task of a service. */
export type ExecRequest = Change & {
  readonly verb: 'exec';
  readonly service: string;
  /** A program and its arguments. */
  readonly command: readonly string[];
};

const STACK = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const SERVICE = /^[a-z](?:[a-z0-9-]{0,35}[a-z0-9])?$/;
const TARGET = /^(?:#\d{1,6}|[0-9A-Za-z][0-9A-Za-z._-]{0,59})$/;

const VERBS: Readonly<Record<Request['verb'], (words: Arguments) => Request>> = {
  apply: words => ({ verb: 'apply', ...wish(words) }),
  plan: words => ({ verb: 'plan', ...wish(words) }),
  rollback: words => {
    const change = changeOf(words);
    const target = targetOf(words);
    return { verb: 'rollback', ...change, ...(target !== undefined && { target }) };
  },
  status: words => ({ verb: 'status', ...stackWish(words) }),
  show: words => {
    const wishes = stackWish(words);
    const target = targetOf(words);
    return { verb: 'show', ...wishes, ...(target !== undefined && { target }) };
  },
  releases: words => ({ verb: 'releases', limit: words.number('limit', 1, 200) ?? 20, ...stackWish(words) }),
  audit: words => ({ verb: 'audit', limit: words.number('limit', 1, 1000) ?? 50, ...stackWish(words) }),
  logs: words => {
    const lines = words.number('lines', 1, 1000) ?? 100;
    return {
      verb: 'logs',
      lines,
      ...stackWish(words),
      service: words.word('service', SERVICE, 'the name of a service'),
    };
  },
  watch: words => ({ verb: 'watch', ...watchOf(words), ...changeOf(words) }),
  exec: words => {
    const command = words.command();
    const change = changeOf(words);
    if (change.json) throw words.error('hands on what the command prints, as it is; leave --json out');
    return { verb: 'exec', ...change, service: words.word('service', SERVICE, 'the name of a service'), command };
  },
  lock: words => {
    const minutes = words.number('minutes', 1, 1440) ?? 60;
    const change = changeOf(words);
    const { reason } = change;
    if (reason === undefined) throw words.error('needs --reason, e.g. lock --reason migration%20by%20hand');
    return { verb: 'lock', minutes, ...change, reason };
  },
  unlock: words => ({ verb: 'unlock', ...changeOf(words) }),
  maintenance: words => {
    const allowIps = words.sourceRanges('allow-ip');
    const change = changeOf(words);
    const on = words.word('state', /^(?:on|off)$/, 'on or off') === 'on';
    if (!on && allowIps.length > 0) throw words.error('off lets everybody in, leave --allow-ip out');
    return { verb: 'maintenance', on, allowIps, ...change };
  },
  canary: words => {
    const change = changeOf(words);
    const promote = words.word('decision', /^(?:promote|drop)$/, 'promote or drop') === 'promote';
    return { verb: 'canary', decision: promote ? 'promote' : 'drop', ...change };
  },
  continue: words => ({ verb: 'continue', ...changeOf(words) }),
  abort: words => ({ verb: 'abort', ...changeOf(words) }),
  scale: words => ({ verb: 'scale', ...changeOf(words), replicas: words.counts() }),
  prune: words => ({ verb: 'prune', ...changeOf(words) }),
  resume: words => ({ verb: 'resume', ...wish(words) }),
  tidy: words => ({ verb: 'tidy', ...wish(words) }),
  runbook: words => ({ verb: 'runbook', ...stackWish(words) }),
  version: words => ({ verb: 'version', ...wish(words) }),
};

const MAX_BYTES = 400;
const MAX_WORDS = 20;
/** Nothing in here means anything to a shell, should one ever see it, but `#`, which ends what it reads. */
const WORD = /^[A-Za-z0-9._=#%/:-]+$/;

/**
 * The words of SSH_ORIGINAL_COMMAND, which come from whoever has a key. They are no shell's: there is no quoting, and scp and
 * sftp, which sshd starts this way as well, are unknown verbs like any other.
 *
 * @throws SlipwayError (exit code 2) for anything but a verb with its own words
 */
export function parseWords(line: string): Request {
  if (line === '') throw refusal('no verb was given');
  if (Buffer.byteLength(line) > MAX_BYTES) throw refusal(`more than ${MAX_BYTES} bytes were given`);
  const words = line.split(' ');
  if (words.length > MAX_WORDS) throw refusal(`more than ${MAX_WORDS} words were given`);
  const strange = words.find(word => !WORD.test(word));
  if (strange !== undefined) {
    throw refusal(
      `${shown(strange)} is no word, allowed are letters, digits and . _ = # % / : - with one space between words`,
    );
  }
  const [verb = '', ...rest] = words;
  if (!isVerb(verb)) {
    const meant = closest(verb, Object.keys(VERBS));
    throw refusal(`${shown(verb)} is no verb${meant === undefined ? '' : `, did you mean ${meant}?`}`);
  }
  const given = new Arguments(verb, rest);
  const request = VERBS[verb](given);
  given.end();
  return request;
}

/** Free text as one word; `parseWords` turns it back. */
export function asWord(text: string): string {
  return encodeURIComponent(text).replace(/[!~*'()]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isVerb(word: string): word is Request['verb'] {
  return Object.hasOwn(VERBS, word);
}

function refusal(what: string): SlipwayError {
  return new SlipwayError(`${what}; the verbs are ${Object.keys(VERBS).join(', ')}`, ExitCode.Usage);
}

function targetOf(words: Arguments): string | undefined {
  return words.optionalWord('target', TARGET, 'a version, or a number such as #12');
}

function wish(words: Arguments): Wish {
  return { json: words.flag('json') };
}

function stackWish(words: Arguments): StackWish {
  const stack = words.option('stack', STACK, 'the name of a stack');
  return { ...(stack !== undefined && { stack }), ...wish(words) };
}

function changeOf(words: Arguments): Change {
  const by = words.text('by', 100) ?? 'deploy';
  const reason = words.text('reason', 200);
  const runUrl = words.text('run-url', 200);
  return { by, ...(reason !== undefined && { reason }), ...(runUrl !== undefined && { runUrl }), ...stackWish(words) };
}

function watchOf(words: Arguments): Pick<WatchRequest, 'minutes' | 'only' | 'limits'> {
  return {
    minutes: words.number('minutes', 1, 120) ?? 10,
    only: words.flag('only'),
    limits: {
      errorPercent: words.number('error-percent', 0, 100) ?? WATCH_LIMITS.errorPercent,
      errorTimes: words.number('error-times', 1, 1_000) ?? WATCH_LIMITS.errorTimes,
      requests: words.number('requests', 1, 100_000) ?? WATCH_LIMITS.requests,
      slowMs: words.number('slow-ms', 1, 60_000) ?? WATCH_LIMITS.slowMs,
      slowTimes: words.number('slow-times', 1, 1_000) ?? WATCH_LIMITS.slowTimes,
      restarts: words.number('restarts', 0, 1_000) ?? WATCH_LIMITS.restarts,
    },
  };
}
