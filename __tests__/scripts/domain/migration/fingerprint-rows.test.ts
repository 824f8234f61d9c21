import { contentDifferences, contentOf, contentQuery } from '../../../../scripts/domain/migration/fingerprint-rows';
import { column, table } from '../../../support/schema-model';

const users = table('users', [
  column('id'),
  column('bio', 'text'),
  column('changed', 'timestamp', { extra: 'DEFAULT_GENERATED on update CURRENT_TIMESTAMP' }),
]);

const content = (total: number, sums: string) => contentOf([users], [{ name: 'users', total, sums }]);

describe('the content of tables', () => {
  it('is asked for in one query, without what the server stamps', () => {
    const query = contentQuery([users, table('posts', [column('id')])]);
    expect(query).toContain('UNION ALL');
    expect(query).toContain('`bio`');
    expect(query).not.toContain('`changed`');
  });

  it('is the same when rows and sums are', () => {
    expect(contentDifferences(content(3, '9,1,2'), content(3, '9,1,2'))).toEqual([]);
  });

  it('differs by rows', () => {
    expect(contentDifferences(content(3, '9,1,2'), content(0, '0,0,0'))).toEqual([
      { table: 'users', what: '3 rows before, 0 after' },
    ]);
  });

  it('differs by the values of a column', () => {
    expect(contentDifferences(content(3, '9,1,2'), content(3, '8,1,0'))).toEqual([
      { table: 'users', what: 'values of bio differ (3 rows)' },
    ]);
  });

  it('differs when values are dealt to other rows', () => {
    expect(contentDifferences(content(3, '9,1,2'), content(3, '8,1,2'))).toEqual([
      { table: 'users', what: 'values moved between rows (3 rows)' },
    ]);
  });

  it('is not held against a table that is new', () => {
    expect(contentDifferences(new Map(), content(3, '9,1,2'))).toEqual([]);
  });
});
