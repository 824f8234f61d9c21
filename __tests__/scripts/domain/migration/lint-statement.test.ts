import { StatementLint } from '../../../../scripts/domain/migration/lint-statement';

/** What is held against the statements of a file, which stand on a line each. */
function lint(...statements: string[]): string[] {
  const file = new StatementLint();
  statements.forEach((text, index) => file.add({ text, line: index + 1, index: index + 1 }));
  return file.remarks().map(({ rule, line }) => `${line} ${rule}`);
}

describe('the text of a migration', () => {
  it('may not pass over what is there or not', () => {
    expect(lint('CREATE TABLE IF NOT EXISTS t (a INT)')).toEqual(['1 if-exists']);
    expect(lint('DROP TABLE IF EXISTS t')).toEqual(['1 if-exists']);
    expect(lint('ALTER TABLE t\n  ADD COLUMN a INT,\n  ADD COLUMN IF NOT EXISTS b INT')).toEqual(['3 if-exists']);
    expect(lint('DROP TRIGGER IF EXISTS t')).toEqual(['1 if-exists']);
  });

  it('may ask for existence inside a program, in a text and in a comment', () => {
    expect(lint('CREATE PROCEDURE p (IN a INT) BEGIN IF EXISTS (SELECT 1 FROM t) THEN SELECT 1; END IF; END')).toEqual(
      [],
    );
    expect(lint("ALTER TABLE t COMMENT = 'if exists' /* IF EXISTS */")).toEqual([]);
  });

  it('says which rows it changes', () => {
    expect(lint('UPDATE t SET a = 1')).toEqual(['1 without-where']);
    expect(lint('DELETE FROM t')).toEqual(['1 without-where']);
    expect(lint("UPDATE t SET a = 'where'")).toEqual(['1 without-where']);
    expect(lint('UPDATE t SET a = 1 WHERE b = 2')).toEqual([]);
    expect(lint('INSERT INTO t SELECT * FROM u')).toEqual([]);
  });

  it('does not fill a column in the file that adds it', () => {
    expect(lint('ALTER TABLE t ADD COLUMN a INT', 'UPDATE t SET a = 1 WHERE b = 2')).toEqual(['2 backfill-beside-ddl']);
    expect(lint('INSERT INTO t VALUES (1)', 'CREATE INDEX i ON t (a)')).toEqual(['1 backfill-beside-ddl']);
  });

  it('may fill a table that it makes', () => {
    expect(lint('CREATE TABLE t (a INT)', 'ALTER TABLE t ADD KEY (a)', 'INSERT INTO t VALUES (1)')).toEqual([]);
    expect(lint('CREATE TABLE t (a INT)', 'ALTER TABLE old ADD KEY (a)', 'INSERT INTO t SELECT 1')).toEqual([]);
  });
});
