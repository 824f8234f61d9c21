import {
  assertReport,
  expectedTimes,
  parseStagingReport,
  type ReportCheck,
  reportProblems,
  stagingReport,
} from '../../../../scripts/domain/migration/staging-report';
import { HEADER, migration } from '../../../support/schema-model';

const pending = [migration(5), migration(6)];

const report = stagingReport({
  before: { header: HEADER, level: 4, schemaSha256: 'as it was' },
  migrations: [migration(4), ...pending],
  done: [
    { seq: 5, seconds: 12.34 },
    { seq: 6, seconds: 0.5 },
  ],
  finishedAt: new Date('2026-03-01T10:00:00.000Z'),
  toolVersion: '1.2.3',
});

const check: ReportCheck = {
  header: HEADER,
  level: 4,
  schemaSha256: 'as it was',
  pending,
  now: new Date('2026-03-01T12:00:00.000Z'),
  maxAgeHours: 24,
};

describe('a report from a clone', () => {
  it('speaks for production when all is as it was there', () => {
    expect(reportProblems(report, check)).toEqual([]);
    expect(() => assertReport(report, check)).not.toThrow();
  });

  it('speaks for a part of what it has seen', () => {
    expect(reportProblems(report, { ...check, pending: pending.slice(0, 1) })).toEqual([]);
  });

  it('speaks for another patch version of the same server', () => {
    expect(reportProblems(report, { ...check, header: { ...HEADER, version: '8.0.42' } })).toEqual([]);
  });

  it.each<[string, Partial<ReportCheck>, RegExp]>([
    ['is old', { now: new Date('2026-03-03T11:00:00Z') }, /49 hours old, allowed are 24/],
    ['is from the future', { now: new Date('2026-03-01T09:00:00Z') }, /future/],
    [
      'is of another server',
      { header: { ...HEADER, version: '9.7.4' } },
      /server was mysql 8 on the clone and is mysql 9/,
    ],
    ['is of another brand', { header: { ...HEADER, brand: 'mariadb' } }, /server was mysql 8/],
    ['is of another collation', { header: { ...HEADER, collation: 'latin1_swedish_ci' } }, /default collation was/],
    [
      'is of a server that hides primary keys',
      { header: { ...HEADER, generatesInvisiblePrimaryKey: true } },
      /invisible/,
    ],
    ['is of a server with other names', { header: { ...HEADER, lowerCaseTableNames: 1 } }, /lower_case_table_names/],
    ['began elsewhere', { level: 5 }, /clone was at 4 before the run, this database is at 5/],
    ['began with another schema', { schemaSha256: 'changed by hand' }, /schema of the clone/],
    ['lacks a migration', { pending: [...pending, migration(7)] }, /\(7\) change 7\.sql was not run on the clone/],
    [
      'knows another text of a migration',
      { pending: [{ ...pending[0]!, up: { ...pending[0]!.up, sha256: 'edited' } }] },
      /\(5\) change 5\.sql was edited/,
    ],
    [
      'knows another text of a rollback',
      { pending: [{ ...pending[0]!, down: { ...pending[0]!.down, sha256: 'edited' } }] },
      /\(5\) change 5\.rollback\.sql was edited/,
    ],
  ])('says nothing when it %s', (_, difference, problem) => {
    expect(reportProblems(report, { ...check, ...difference })).toEqual([expect.stringMatching(problem)]);
    expect(() => assertReport(report, { ...check, ...difference })).toThrow(problem);
  });

  it('tells how long each migration takes', () => {
    expect(expectedTimes(report, pending.slice(0, 1))).toEqual(['(5) change 5.sql: 12.3 s on the clone']);
    expect(expectedTimes(report, [migration(7)])).toEqual([]);
  });

  it('is read as it was written, and nothing else is taken for one', () => {
    expect(parseStagingReport(JSON.stringify(report))).toEqual(report);
    for (const other of [
      '',
      'null',
      '[]',
      '{"format":2}',
      JSON.stringify({ ...report, finishedAt: 'yesterday' }),
      JSON.stringify({ ...report, header: null }),
    ]) {
      expect(() => parseStagingReport(other)).toThrow(/not one that this version wrote/);
    }
  });
});
