import { parseDirectives } from '../../../../scripts/domain/migration/directives';
import type { HistoryRow, MigrationState } from '../../../../scripts/domain/migration/history';
import type { Migration, MigrationFile } from '../../../../scripts/domain/migration/migration-files';
import { planDown, planUp } from '../../../../scripts/domain/migration/plan';

const file = (name: string): MigrationFile => ({
  name,
  path: name,
  sha256: `hash of ${name}`,
  bytes: 1,
  statements: 2,
  directives: { allow: [] },
  longest: { bytes: 1, line: 1 },
  writes: new Map(),
  tables: [],
  usesSession: false,
});
const migration = (seq: number): Migration => ({
  seq,
  name: 'a',
  up: file(`(${seq}) a.sql`),
  down: file(`(${seq}) a.rollback.sql`),
});
const row = (seq: number, state: MigrationState = 'applied'): HistoryRow => ({
  seq,
  name: 'a',
  state,
  upSha256: `hash of (${seq}) a.sql`,
  downSha256: `hash of (${seq}) a.rollback.sql`,
  total: 2,
  done: 1,
  started: 1,
});
const todo = (...parameters: Parameters<typeof planUp>) => planUp(...parameters).todo.map(item => item.migration.seq);

describe('the plan of an upward run', () => {
  const files = [1, 2, 3].map(migration);

  it('is what is not applied yet, up to a number', () => {
    expect(todo(files, [])).toEqual([1, 2, 3]);
    expect(todo(files, [row(1)])).toEqual([2, 3]);
    expect(todo(files, [row(1)], { to: 2 })).toEqual([2]);
    expect(todo(files, [row(1, 'baseline'), row(2, 'failed')])).toEqual([2, 3]);
  });

  it.each([
    ['a migration came in late', [row(2)], 'git mv "(1) a.sql" "(4) a.sql"'],
    ['the database is ahead', [row(1), row(2), row(3), row(4)], 'the database is at 4, the files end at 3'],
    ['a file was edited', [{ ...row(1), upSha256: 'x' }], '(1) a.sql was edited after it was applied'],
    [
      'a file was given another number',
      [{ ...row(1), upSha256: 'hash of (2) a.sql' }],
      '(2) a.sql is what was applied as (1)',
    ],
    ['a statement in flight was edited', [{ ...row(1, 'applying'), upSha256: 'x' }], 'was edited'],
    ['a rollback is half done', [row(1, 'revert_failed')], 'slipway migrate down --to 0'],
  ])('fails when %s', (_, rows, message) => {
    expect(() => planUp(files, rows)).toThrow(message);
  });

  it('warns of an edited rollback, and lets the tail of a failed file be mended', () => {
    expect(planUp(files, [{ ...row(1), downSha256: 'x' }]).warnings).toHaveLength(1);
    expect(todo(files, [{ ...row(1, 'failed'), upSha256: 'x' }])).toEqual([1, 2, 3]);
  });
});

describe('the plan of a downward run', () => {
  it('is everything above the number, the newest first', () => {
    expect(planDown([row(1), row(2), row(3)], 1).map(({ seq }) => seq)).toEqual([3, 2]);
  });

  it('fails when a migration is half applied', () => {
    expect(() => planDown([row(1), row(2, 'failed')], 0)).toThrow('(2) a is half applied, 1 of 2 statements');
  });
});

describe('directives', () => {
  it('stand in the first comment only', () => {
    const head =
      '\n-- phase: contract\n-- allow: drop-column nobody reads it\n-- timeout: 30m\n\n-- irreversible: no\n';
    expect(parseDirectives(head, 'a.sql')).toEqual({
      allow: [{ rule: 'drop-column', reason: 'nobody reads it' }],
      phase: 'contract',
      timeoutSeconds: 1800,
    });
  });

  it.each([
    ['-- phase: both', 'a.sql:1: -- phase: allowed is expand or contract'],
    ['-- allow: drop-column', 'a.sql:1: -- allow: allowed is a rule and the reason'],
    ['-- a\n-- irreversible:', 'a.sql:2: -- irreversible: say in a few words what is lost'],
    ['-- timeout: soon', 'a.sql:1: -- timeout: allowed is a time such as'],
    ['-- online: lhm', 'a.sql:1: -- online: allowed is pt-osc or gh-ost'],
  ])('fail when they are not understood: %j', (head, message) => {
    expect(() => parseDirectives(head, 'a.sql')).toThrow(message);
  });
});
