import type { Questions } from '../domain/swarm/questions-of';
import type { Question } from './adapters/https-probe';
import { pause } from './until';
import type { World } from './world';

const TIMES = 3;
const BETWEEN_MS = 150;
/** One lost answer may be the network's; a second one in a row is the release's. */
const WRONG_TIMES = 2;

/** What one round of questions must find. */
export interface Expectation {
  readonly questions: Questions;
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
  const times = expectation.questions.times ?? TIMES;
  const end = world.clock.now() + patienceMs;
  let [right, wrong] = [0, 0];
  for (;;) {
    const fault = await findFault(world, expectation);
    right = fault === undefined ? right + 1 : 0;
    if (right === times) return undefined;
    wrong = fault === undefined ? 0 : wrong + 1;
    const isOver = world.clock.now() >= end;
    if (isOver && wrong >= WRONG_TIMES) return fault;
    // Right and wrong by turns may go on for ever.
    if (isOver && world.clock.now() >= end + patienceMs) return fault ?? 'it is right only now and then';
    await pause(world.clock, BETWEEN_MS);
  }
}

/** What is wrong with the answers of one round; undefined when nothing is. */
export async function findFault(world: World, expectation: Expectation): Promise<string | undefined> {
  const { path: healthPath, version, smoke = [] } = expectation.questions;
  const health =
    healthPath === undefined
      ? NOTHING
      : await ask(world, expectation, healthPath, status => status >= 200 && status < 300);
  if (health.fault !== undefined) return health.fault;
  if (version !== undefined) {
    const source = 'path' in version ? await ask(world, expectation, version.path, status => status === 200) : health;
    if (source.fault !== undefined) return source.fault;
    const said = 'path' in version ? versionIn(source.body) : source.headers[version.header.toLowerCase()];
    if (said !== expectation.version) {
      const where = 'path' in version ? version.path : `header ${version.header}`;
      return `${where} says version ${JSON.stringify(said ?? '')}, wanted is ${expectation.version}`;
    }
  }
  for (const path of smoke) {
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

const NOTHING: Asked = { headers: {}, body: '' };

async function ask(
  world: World,
  { host, headers, proof }: Expectation,
  path: string,
  good: (status: number) => boolean,
): Promise<Asked> {
  const question: Question = { host, path, ...(headers && { headers }) };
  const answer = await world.probe(question);
  if (answer === undefined) return { ...NOTHING, fault: `${path} gives no answer` };
  if (proof !== undefined && answer.headers[proof.name] !== proof.value) {
    return { ...NOTHING, fault: `${path} was not answered by the new tasks` };
  }
  if (!good(answer.status)) return { ...NOTHING, fault: `${path} answers ${answer.status}` };
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
