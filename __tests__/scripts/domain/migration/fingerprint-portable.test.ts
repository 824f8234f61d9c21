import { portable } from '../../../../scripts/domain/migration/fingerprint-portable';
import { schemaText } from '../../../../scripts/domain/migration/fingerprint-text';
import type { Column, Table } from '../../../../scripts/domain/migration/fingerprint-schema';
import { column, schema, table } from '../../../support/schema-model';

const text = (...tables: Table[]) => schemaText(portable(schema(tables)));
const same = (mariadb: Column, mysql: Column) => {
  expect(text(table('t', [mariadb]))).toBe(text(table('t', [mysql])));
};

describe('a schema in portable spelling', () => {
  it('has no display width, unless it is shown', () => {
    same(column('a', 'bigint(20) unsigned'), column('a', 'bigint unsigned'));
    expect(text(table('t', [column('a', 'tinyint(1)')]))).toContain('tinyint(1)');
    expect(text(table('t', [column('a', 'int(5) unsigned zerofill')]))).toContain('int(5)');
  });

  it('quotes a text that is a default, and no expression', () => {
    same(column('a', 'varchar(9)', { default: "'it''s'" }), column('a', 'varchar(9)', { default: "it's" }));
    expect(text(table('t', [column('a', 'varchar(9)', { default: 'uuid()', extra: 'DEFAULT_GENERATED' })]))).toContain(
      'default uuid()',
    );
  });

  it('writes the present time in one way', () => {
    same(
      column('a', 'datetime', { default: 'current_timestamp()', extra: 'on update current_timestamp()' }),
      column('a', 'datetime', { default: 'CURRENT_TIMESTAMP', extra: 'DEFAULT_GENERATED on update CURRENT_TIMESTAMP' }),
    );
  });

  it('takes text that must be JSON for JSON', () => {
    const check = { name: 'a', clause: 'json_valid(`a`)', enforced: true };
    const mariadb = table('t', [column('a', 'longtext', { collation: 'utf8mb4_bin' })], { checks: [check] });
    expect(text(mariadb)).toBe(text(table('t', [column('a', 'json')])));
  });

  it('keeps apart what is not the same', () => {
    expect(text(table('t', [column('a', 'int')]))).not.toBe(text(table('t', [column('a', 'int unsigned')])));
    expect(text(table('t', [column('a', 'varchar(5)')]))).not.toBe(text(table('t', [column('a', 'varchar(6)')])));
  });
});
