import { type Finding, notOk } from './finding';

/** What a check found; its name is added by who runs it. */
export type Verdict = Omit<Finding, 'name'>;

/** One question. Checks know nothing of each other, so that one that fails hides no other. */
export interface Check {
  readonly name: string;
  run(): Promise<Verdict>;
}

/** Runs all checks at once and hands each finding on, in the order of the list, as soon as it is that one's turn. */
export async function runChecks(checks: readonly Check[], report: (finding: Finding) => void): Promise<Finding[]> {
  const running = checks.map(findingOf);
  const findings: Finding[] = [];
  for (const result of running) {
    const finding = await result;
    report(finding);
    findings.push(finding);
  }
  return findings;
}

/** A check that throws has found something too: its error says what, with what to do behind the last semicolon. */
async function findingOf(check: Check): Promise<Finding> {
  const { name } = check;
  try {
    return { name, ...(await check.run()) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const split = message.lastIndexOf('; ');
    if (split < 0) return notOk(name, message, 'repeat the command');
    return notOk(name, message.slice(0, split), message.slice(split + 2));
  }
}
