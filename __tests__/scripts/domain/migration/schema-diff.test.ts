import type { StoredProgram } from '../../../../scripts/domain/migration/fingerprint-schema';
import { schemaText } from '../../../../scripts/domain/migration/fingerprint-text';
import { renderDifferences, schemaDifferences } from '../../../../scripts/domain/migration/schema-diff';
import { column, schema, table } from '../../../support/schema-model';

const trigger = (body: string): StoredProgram => ({
  kind: 'trigger',
  name: 'stamped',
  properties: ['before insert on users, number 1'],
  body,
});

function between(before: Parameters<typeof schema>, after: Parameters<typeof schema>): string[] {
  return renderDifferences(schemaDifferences(schemaText(schema(...before)), schemaText(schema(...after))));
}

const users = table('users', [column('id'), column('name', 'varchar(50)'), column('age')]);

describe('the difference between two schemas', () => {
  it('is nothing between a schema and itself, in whatever order the server lists its tables', () => {
    const posts = table('posts', [column('id')]);
    expect(between([[users, posts]], [[posts, users]])).toEqual([]);
  });

  it('is the line of a column, as it was and as it is', () => {
    const renamed = { ...users, columns: [column('id'), column('name', 'varchar(80)'), column('age')] };
    expect(between([[users]], [[renamed]])).toEqual([
      'table users',
      '  - column name varchar(50) not null',
      '  + column name varchar(80) not null',
    ]);
  });

  it('sees a column that moved', () => {
    const moved = { ...users, columns: [column('id'), column('age'), column('name', 'varchar(50)')] };
    const [name, gone, come, ...rest] = between([[users]], [[moved]]);
    expect([name, rest]).toEqual(['table users', []]);
    expect(gone).toMatch(/^ {2}- column (name|age) /);
    expect(come?.slice('  + '.length)).toBe(gone?.slice('  - '.length));
  });

  it('does not see the order of indexes', () => {
    const one = { ...users.indexes[0]!, name: 'one', parts: ['age'] };
    const other = { ...one, name: 'other' };
    expect(between([[{ ...users, indexes: [one, other] }]], [[{ ...users, indexes: [other, one] }]])).toEqual([]);
  });

  it('names objects that came and went, with what they are', () => {
    expect(between([[users]], [[table('posts', [column('id')])]])).toEqual([
      'table posts (added)',
      '  + engine InnoDB, collation utf8mb4_unicode_ci, row format Dynamic',
      '  + column id int not null',
      '  + primary key (id) btree',
      expect.stringContaining('table users (removed)'),
      ...new Array<unknown>(5).fill(expect.stringMatching(/^ {2}- /)),
    ]);
  });

  it('sees the indentation of a program, and keeps an empty line of it inside', () => {
    const lines = between([[], [trigger('BEGIN\n\n  SET @a = 1;\nEND')]], [[], [trigger('BEGIN\n\nSET @a = 1;\nEND')]]);
    expect(lines).toEqual(['trigger stamped', '  - |   SET @a = 1;', '  + | SET @a = 1;']);
  });

  it('keeps a comment of several lines in one line', () => {
    const before = { ...users, comment: 'people' };
    const after = { ...users, comment: "people\ntable other\n  column 'x'" };
    expect(between([[before]], [[after]])).toEqual([
      'table users',
      "  - comment 'people'",
      "  + comment 'people\\ntable other\\n  column ''x'''",
    ]);
  });

  it('tells a default of two characters, backslash and n, from a line break', () => {
    const with_ = (standard: string) =>
      [[{ ...users, columns: [column('a', 'text', { default: standard })] }]] as const;
    expect(between([...with_('\\n')], [...with_('\n')])).not.toEqual([]);
  });
});
