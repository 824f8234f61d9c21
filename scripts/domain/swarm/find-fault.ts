import type { Questions } from './questions-of';

/** One request as a visitor's browser would send it. */
export interface Question {
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Asks the site; undefined when no answer came. */
export type Probe = (question: Question) => Promise<Answer | undefined>;

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

/** What is wrong with the answers of one round; undefined when nothing is. */
export async function findFault(probe: Probe, expectation: Expectation): Promise<string | undefined> {
  const { path: healthPath, version, smoke = [] } = expectation.questions;
  const health =
    healthPath === undefined
      ? NOTHING
      : await ask(probe, expectation, healthPath, status => status >= 200 && status < 300);
  if (health.fault !== undefined) return health.fault;
  if (version !== undefined) {
    const source = 'path' in version ? await ask(probe, expectation, version.path, status => status === 200) : health;
    if (source.fault !== undefined) return source.fault;
    const said = 'path' in version ? versionIn(source.body) : source.headers[version.header.toLowerCase()];
    if (said !== expectation.version) {
      const where = 'path' in version ? version.path : `header ${version.header}`;
      return `${where} says version ${JSON.stringify(said ?? '')}, wanted is ${expectation.version}`;
    }
  }
  for (const path of smoke) {
    const { fault } = await ask(probe, expectation, path, status => status > 0 && status < 400);
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
  probe: Probe,
  { host, headers, proof }: Expectation,
  path: string,
  good: (status: number) => boolean,
): Promise<Asked> {
  const question: Question = { host, path, ...(headers && { headers }) };
  const answer = await probe(question);
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
