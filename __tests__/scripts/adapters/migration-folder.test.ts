import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseTarget } from '../../../scripts/adapters/database-target';
import { readMigrations } from '../../../scripts/adapters/migration-folder';
import { temporaryFolder } from '../../support/temporary-folder';

const folderWith = (up: string | Buffer, down = 'DROP TABLE t;\n') => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '(1) make t.sql'), up);
  writeFileSync(join(folder, '(1) make t.rollback.sql'), down);
  return folder;
};

describe('the folder of migrations', () => {
  it('hashes the text, however it was checked out', async () => {
    const text = 'CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);\n';
    const sha256 = createHash('sha256').update(text).digest('hex');
    for (const written of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
      const [migration] = await readMigrations(folderWith(written));
      expect(migration?.up).toMatchObject({ sha256, statements: 2, tables: ['t'] });
      expect([...(migration?.up.writes ?? [])]).toEqual([['t', 2]]);
    }
  });

  it('keeps a carriage return between two chunks with its line feed', async () => {
    const filler = `-- ${'x'.repeat(256 * 1024 - 4)}`;
    const [crlf] = await readMigrations(folderWith(`${filler}\r\nSELECT 1;\r\n`));
    const [lf] = await readMigrations(folderWith(`${filler}\nSELECT 1;\n`));
    expect(crlf?.up.sha256).toBe(lf?.up.sha256);
  });

  it.each([
    ['a file has no statement', '-- nothing\n', '(1) make t.sql has no statement'],
    ['a statement is not allowed', 'SELECT 1;\nCOMMIT;\n', '(1) make t.sql:2: COMMIT is not allowed'],
  ])('fails when %s', async (_, up, message) => {
    await expect(readMigrations(folderWith(up))).rejects.toThrow(message);
  });

  it('fails when a rollback is too long to be kept', async () => {
    const long = `SELECT '${'x'.repeat(4 * 1024 * 1024)}';\n`;
    await expect(readMigrations(folderWith('SELECT 1;\n', long))).rejects.toThrow('is longer than 4 MB');
  });
});

describe('the URL of a database', () => {
  it('asks for TLS everywhere but on this machine, and takes the password from MYSQL_PWD', () => {
    expect(databaseTarget('mysql://app@db.example.org/shop', { MYSQL_PWD: 'p' })).toEqual({
      host: 'db.example.org',
      port: 3306,
      user: 'app',
      password: 'p',
      schema: 'shop',
      tls: true,
    });
    expect(databaseTarget('mysql://app:q@127.0.0.1:3307/shop', {})).toMatchObject({
      port: 3307,
      password: 'q',
      tls: false,
    });
    expect(databaseTarget('mysql://app@localhost/shop?socket=/run/db.sock', {})).toMatchObject({
      socketPath: '/run/db.sock',
      tls: false,
    });
  });

  it.each(['postgres://a@b/c', 'mysql://a@b', 'mysql://b/c', 'shop'])(
    'fails when it is %s, without repeating it',
    url => {
      expect(() => databaseTarget(url, {})).toThrow(/^the URL of the database is not usable/);
    },
  );
});
