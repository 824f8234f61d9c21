import type { Check } from '../domain/release/release';
import type { Question } from './adapters/https-probe';
import { pause } from './until';
import type { World } from './world';

const TIMES = 3;
const BETWEEN_MS = 150;

/** What one round of questions must find. */
export interface Expectation {
  readonly check: Check;
  readonly version: string;
  /** Host that is asked for. */
  readonly host: string;
  /** Sent with every question. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Header that every answer must have: the proof that the preview route answered, and not the public one behind it. */
  readonly proof?: { readonly name: string; readonly value: string };
}

/**
 * Asks until everything is right several times in a row.
 *
 * @returns undefined when it was, else what was wrong with the last answer
 */
export async function rightInARow(
  world: World,
  expectation: Expectation,
  patienceMs: number,
): Promise<string | undefined> {
  const times = expectation.check.times ?? TIMES;
  const end = world.clock.now() + patienceMs;
  let right = 0;
  while (right < times) {
    const wrong = await findFault(world, expectation);
    right = wrong === undefined ? right + 1 : 0;
    if (right === times) return undefined;
    if (world.clock.now() >= end) return wrong ?? 'it is right only now and then';
    await pause(world.clock, BETWEEN_MS);
  }
  return undefined;
}

/** What is wrong with the answers of one round; undefined when nothing is. */
export async function findFault(world: World, expectation: Expectation): Promise<string | undefined> {
  const { check } = expectation;
  const health = await ask(world, expectation, check.path, status => status >= 200 && status < 300);
  if (health.fault !== undefined) return health.fault;
  const { version } = check;
  if (version !== undefined) {
    const source = 'path' in version ? await ask(world, expectation, version.path, status => status === 200) : health;
    if (source.fault !== undefined) return source.fault;
    const said = 'path' in version ? versionIn(source.body) : source.headers[version.header.toLowerCase()];
    if (said !== expectation.version) {
      const where = 'path' in version ? version.path : `header ${version.header}`;
      return `${where} says version ${JSON.stringify(said ?? '')}, wanted is ${expectation.version}`;
    }
  }
  for (const path of check.smoke ?? []) {
    const { fault } = await ask(world, expectation, path, status => status > 0 && status < 400);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

interface Asked {
  readonly fault?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function ask(
  world: World,
  { host, headers, proof }: Expectation,
  path: string,
  good: (status: number) => boolean,
): Promise<Asked> {
  const question: Question = { host, path, ...(headers && { headers }) };
  const answer = await world.probe(question);
  const nothing = { headers: {}, body: '' };
  if (answer === undefined) return { ...nothing, fault: `${path} gives no answer` };
  if (proof !== undefined && answer.headers[proof.name] !== proof.value) {
    return { ...nothing, fault: `${path} was not answered by the new tasks` };
  }
  if (!good(answer.status)) return { ...nothing, fault: `${path} answers ${answer.status}` };
  return { headers: answer.headers, body: answer.body };
}

/** A version in an answer: the whole text, or the field `version` of JSON. */
function versionIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version);
  } catch {
    // Not JSON, so the text itself is the version.
  }
  return body.trim();
}
