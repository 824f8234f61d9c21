import * as fs from 'node:fs';
import * as path from 'node:path';

/** A program that a lane needs and that `npm ci` does not bring. */
export interface LanePart {
  readonly program: string;
  /** A program that does as well. */
  readonly or?: string;
  /** What to type to get it. */
  readonly install: string;
}

export interface Lane {
  /** What is missing and how to get it; undefined when nothing is. */
  readonly missing: string | undefined;
  /** `it` for the tests of this lane. */
  readonly test: jest.It;
}

/** What was skipped in this run; the reporter prints it at the end. */
const SKIPPED_LOG = path.resolve(__dirname, '..', '..', '.slipway', 'skipped-lanes.log');

/** Where Debian keeps the programs of administrators, which is not on everybody's PATH. */
const ADMIN_FOLDERS = ['/usr/sbin', '/sbin'];

/**
 * Tests that need programs. Without them the tests are skipped, with the reason in their titles and in the log of skipped
 * lanes; in CI (`CI=true`) they fail, as a lane that never runs there proves nothing.
 */
export function requireParts(parts: readonly LanePart[]): Lane {
  const missing = parts
    .filter(part => !isInstalled(part.program) && !(part.or !== undefined && isInstalled(part.or)))
    .map(
      ({ program, or, install }) =>
        `${or === undefined ? program : `${program} or ${or}`} is missing, install with: ${install}`,
    )
    .join('; ');
  if (missing === '') return { missing: undefined, test: it };
  if (process.env['CI'] === 'true') return { missing, test: failing(missing) };
  noteSkipped(missing);
  return { missing, test: skipped(missing) };
}

/** `it` for a test that needs one program. */
export function laneTest(part: LanePart): jest.It {
  return requireParts([part]).test;
}

function failing(missing: string): jest.It {
  const fail = (title: string) => it(title, () => Promise.reject(new Error(missing)));
  return Object.assign(fail, it, { each: () => fail as never });
}

/** The one place that skips: loudly, with the reason in the title, and never in CI (see `requireParts`). */
function skipped(missing: string): jest.It {
  return Object.assign(
    (title: string, body?: jest.ProvidesCallback) => it.skip(`${title} (skipped: ${missing})`, body), // A part is not on this machine; in CI the test fails instead.
    it.skip,
  );
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...ADMIN_FOLDERS];
  return folders.some(folder => fs.existsSync(path.join(folder, program)));
}

function noteSkipped(missing: string): void {
  fs.mkdirSync(path.dirname(SKIPPED_LOG), { recursive: true });
  fs.appendFileSync(SKIPPED_LOG, `skipped: ${missing}\n`);
}
