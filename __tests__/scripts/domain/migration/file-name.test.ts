import { pairNames } from '../../../../scripts/domain/migration/file-name';

const pair = (seq: number | string, name: string) => [`(${seq}) ${name}.sql`, `(${seq}) ${name}.rollback.sql`];

describe('names of migrations', () => {
  it('are ordered by number, not by text', () => {
    const files = Array.from({ length: 12 }, (_, index) => pair(index + 1, 'step'))
      .flat()
      .sort();
    expect(pairNames(files).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it.each([
    ['a name of another kind', ['001_users.sql'], '001_users.sql is not the name of a migration'],
    ['capital letters', ['(1) Users.sql'], '(1) Users.sql is not the name'],
    ['number 0', pair(0, 'a'), '(0) a.sql is not the name'],
    ['a missing rollback', ['(1) a.sql'], '(1) a.sql has no rollback; write "(1) a.rollback.sql"'],
    ['a rollback of another name', ['(1) a.sql', '(1) b.rollback.sql'], '(1) b.rollback.sql has another name'],
    ['a rollback without migration', ['(1) a.rollback.sql'], '(1) a.rollback.sql has no migration to roll back'],
    ['a gap', [...pair(1, 'a'), ...pair(3, 'c')], '(2) is missing: after (1) a.sql comes (3) c.sql'],
    ['the same number twice', [...pair(1, 'a'), ...pair('01', 'b')], 'have the same number'],
  ])('fails when there is %s', (_, files, message) => {
    expect(() => pairNames(files)).toThrow(message);
  });
});
