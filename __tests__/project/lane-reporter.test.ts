import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import LaneReporter from '../support/lane-reporter.cjs';

interface Totals {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const totals: Totals = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('the lane reporter', () => {
  let rootDir: string;
  let log: string;
  beforeEach(() => {
    rootDir = mkdtempSync(path.join(tmpdir(), 'slipway-reporter-'));
    log = path.join(rootDir, '.slipway', 'skipped-lanes.log');
    mkdirSync(path.dirname(log));
  });
  afterEach(() => rmSync(rootDir, { recursive: true }));

  const lines = (results: Partial<Totals> = {}) => new LaneReporter({ rootDir }).lines({ ...totals, ...results });

  test('ends with one line of totals', () => {
    expect(lines({ numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 }).at(-1)).toBe(
      '7 passed, 2 failed, 4 skipped',
    );
  });

  test('counts a file that could not be loaded as failed', () => {
    expect(lines({ numRuntimeErrorTestSuites: 1 }).at(-1)).toBe('7 passed, 1 failed, 0 skipped');
  });

  test('tells each skipped lane once', () => {
    writeFileSync(log, 'skipped: b is missing\nskipped: a is missing\nskipped: b is missing\n');
    const said = lines();
    expect(said.filter(line => line.includes('is missing'))).toEqual([
      '  skipped: a is missing',
      '  skipped: b is missing',
    ]);
    expect(said.join('\n')).toContain('Skipped lanes: 2.');
  });

  test('says nothing of lanes when none was skipped', () => {
    expect(lines().join('\n')).not.toContain('lanes');
  });

  test('forgets what an earlier run has skipped', () => {
    writeFileSync(log, 'skipped: a is missing\n');
    new LaneReporter({ rootDir }).onRunStart();
    expect(existsSync(log)).toBe(false);
  });
});
