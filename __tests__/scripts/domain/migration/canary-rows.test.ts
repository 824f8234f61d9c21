import { canaryRows, FIRST_ROWS, LATER_ROWS } from '../../../../scripts/domain/migration/canary-rows';
import { canaryValue } from '../../../../scripts/domain/migration/canary-value';
import type { ForeignKey, Table } from '../../../../scripts/domain/migration/fingerprint-schema';
import { column, table } from '../../../support/schema-model';

function key(name: string, from: string, target: string, to: string): ForeignKey {
  return { name, columns: [from], table: target, references: [to], onDelete: 'CASCADE', onUpdate: 'CASCADE' };
}

function inserts(tables: readonly Table[], numbers = FIRST_ROWS): string[] {
  return canaryRows(tables, numbers).map(({ insert }) => insert);
}

describe('rows for a table', () => {
  it('has three, with a value in each column and NULL in the third where it may be', () => {
    expect(
      inserts([
        table('users', [column('id'), column('name', 'varchar(50)'), column('age', 'int', { nullable: true })]),
      ]),
    ).toEqual([
      "INSERT INTO `users` (`id`, `name`, `age`) VALUES (111, 'canary1', 111), (112, 'canary2', 112), (113, 'canary3', NULL)",
    ]);
  });

  it('takes other values later, which do not meet the first', () => {
    const [first] = inserts([table('users', [column('id')])]);
    const [later] = inserts([table('users', [column('id')])], LATER_ROWS);
    expect(first).toContain('(111), (112), (113)');
    expect(later).toContain('(114), (115), (116)');
  });

  it('leaves out what the server computes', () => {
    const generated = column('total', 'int', { expression: '`a` + 1', extra: 'STORED GENERATED' });
    expect(inserts([table('t', [column('id'), generated])])[0]).toContain('(`id`) VALUES');
  });

  it('refers to rows that are there, and fills a table after those it refers to', () => {
    const users = table('users', [column('id', 'char(2)')]);
    const posts = table('posts', [column('id'), column('author', 'char(2)')], {
      foreignKeys: [key('f', 'author', 'users', 'id')],
    });
    const notes = table('notes', [column('writer', 'char(2)')], {
      foreignKeys: [key('g', 'writer', 'posts', 'author')],
    });
    expect(inserts([notes, posts, users])).toEqual([
      "INSERT INTO `users` (`id`) VALUES ('c1'), ('c2'), ('c3')",
      "INSERT INTO `posts` (`id`, `author`) VALUES (111, 'c1'), (112, 'c2'), (113, 'c3')",
      "INSERT INTO `notes` (`writer`) VALUES ('c1'), ('c2'), ('c3')",
    ]);
  });

  it('ends with tables that refer to each other, and to themselves', () => {
    const one = table('one', [column('id')], { foreignKeys: [key('f', 'id', 'two', 'id')] });
    const two = table('two', [column('id')], { foreignKeys: [key('g', 'id', 'one', 'id')] });
    const self = table('self', [column('id')], { foreignKeys: [key('h', 'id', 'self', 'id')] });
    expect(inserts([one, two, self])).toHaveLength(3);
  });

  it('tries the literals of a check, and the numbers beside them', () => {
    const checks = [
      { name: 'kinds', clause: "`kind` in (_utf8mb4\\'early\\',_utf8mb4\\'late\\')", enforced: true },
      { name: 'hours', clause: '`hours` > 12', enforced: true },
    ];
    const shifts = table('shifts', [column('kind', 'varchar(9)'), column('hours')], { checks });
    const [attempts] = canaryRows([shifts], [1])[0]!.attempts;
    expect(attempts).toContain("INSERT INTO `shifts` (`kind`, `hours`) VALUES ('late', 13)");
  });

  it('quotes names', () => {
    expect(inserts([table('a`b', [column('c`d')])])[0]).toMatch(/^INSERT INTO `a``b` \(`c``d`\)/);
  });
});

describe('a value of a type', () => {
  it.each([
    ['tinyint(1)', '0'],
    ['tinyint unsigned', '112'],
    ['bigint(20) unsigned', '112'],
    ['decimal(8,2)', '2.5'],
    ['decimal(1,0)', '2'],
    ['decimal(3,3)', '0.2'],
    ['float', '2.5'],
    ['bit(1)', "b'0'"],
    ['bit(3)', "b'10'"],
    ['varchar(100)', "'canary2'"],
    ['char(1)', "'2'"],
    ['varbinary(3)', "'ca2'"],
    ['varchar(0)', "''"],
    ['longtext', "'canary2'"],
    ['date', "'2001-02-02'"],
    ['datetime(6)', "'2001-02-03 04:05:02'"],
    ['year(4)', '2002'],
    ["enum('new','it''s, old')", "'it''s, old'"],
    ["set('a','b')", "'b'"],
    ['json', `'{"canary": 2}'`],
    ['point', "ST_GeomFromText('POINT(2 1)')"],
    ['vector(3)', "STRING_TO_VECTOR('[2,2,2]')"],
  ])('of %s is %s', (type, value) => {
    expect(canaryValue(column('a', type), 2, false)).toBe(value);
  });

  it('is a number for a flag that tells rows apart', () => {
    expect(canaryValue(column('a', 'tinyint(1)'), 2, true)).toBe('112');
  });
});
