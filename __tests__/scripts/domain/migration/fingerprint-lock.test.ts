import { isNewTo, lockFindings, parseLock, renderLock } from '../../../../scripts/domain/migration/fingerprint-lock';
import type { Migration } from '../../../../scripts/domain/migration/migration-files';
import { column, migration, schema, table } from '../../../support/schema-model';

const users = table('users', [column('id', 'int'), column('name', 'varchar(50)', { default: 'x' })]);
const mysql = schema([users]);
const both = [migration(1), migration(2)];

function edited(one: Migration): Migration {
  return { ...one, down: { ...one.down, sha256: 'edited' } };
}

describe('the committed lock of a schema', () => {
  const lock = parseLock(renderLock(both, mysql));

  it('has nothing to say as long as nothing changes', () => {
    expect(lockFindings(lock, both, mysql)).toEqual([]);
    expect(both.filter(one => isNewTo(lock, one))).toEqual([]);
  });

  it('is read the same with the line ends of Windows', () => {
    expect(parseLock(renderLock(both, mysql).replaceAll('\n', '\r\n'))).toEqual(lock);
  });

  it('serves a server of the other brand, which spells the same schema otherwise', () => {
    const spelled = table('users', [column('id', 'int(11)'), column('name', 'varchar(50)', { default: "'x'" })]);
    const mariadb = schema([spelled], [], { brand: 'mariadb', version: '10.11.8' });
    expect(lockFindings(lock, both, mariadb)).toEqual([]);
  });

  it('refuses a schema that is not in it, line by line', () => {
    const wider = schema([{ ...users, columns: [...users.columns, column('age')] }]);
    expect(lockFindings(lock, both, wider)).toMatchObject([
      { level: 'refused', rule: 'lock', lines: ['table users', '  + column age int not null'] },
    ]);
  });

  it('does not refuse what may be spelling, on a server of another kind', () => {
    const other = schema([{ ...users, columns: [...users.columns, column('age')] }], [], { version: '9.7.4' });
    expect(lockFindings(lock, both, other)).toMatchObject([{ level: 'note' }]);
  });

  it('refuses a pair of files that it was not written for, on any server', () => {
    const [one, two] = both as [Migration, Migration];
    const other = schema([users], [], { version: '9.7.4' });
    expect(isNewTo(lock, edited(two))).toBe(true);
    expect(lockFindings(lock, [one, edited(two)], mysql)).toMatchObject([{ lines: ['+ (2) change 2.sql'] }]);
    expect(lockFindings(lock, [...both, migration(3)], other)).toMatchObject([{ level: 'refused' }]);
    expect(lockFindings(lock, [one], mysql)).toMatchObject([{ lines: ['- (2)'] }]);
  });

  it('is missed', () => {
    expect(lockFindings(undefined, both, mysql)).toMatchObject([{ level: 'refused', rule: 'lock' }]);
    expect(isNewTo(undefined, migration(1))).toBe(true);
  });
});
