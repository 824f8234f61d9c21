import { assertAllowed } from '../../../../scripts/domain/migration/forbidden-statement';
import { classify } from '../../../../scripts/domain/migration/statement-class';

const ddl = (...names: string[]) => ({ kind: 'ddl', objects: names.map(name => ({ name })) });

describe('the class of a statement', () => {
  it.each([
    ['CREATE TABLE IF NOT EXISTS `a b` (id INT)', ddl('a b')],
    ['/*!50001 CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW v AS SELECT 1 */', ddl('v')],
    ['CREATE UNIQUE INDEX i USING BTREE ON t (a)', ddl('t')],
    ['DROP INDEX i ON t', ddl('t')],
    ['ALTER TABLE t RENAME COLUMN a TO b', ddl('t')],
    ['ALTER TABLE t ADD x INT, RENAME TO u', ddl('t', 'u')],
    ['RENAME TABLE a TO b, c TO d', ddl('a', 'b', 'c', 'd')],
    ['CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1', ddl('tr')],
    ['ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u', { kind: 'other' }],
    ['TRUNCATE TABLE t', { kind: 'other' }],
    ['CALL p()', { kind: 'other' }],
    ['-- why\nINSERT IGNORE INTO t VALUES (1)', { kind: 'dml', table: { kind: 'table', name: 't' } }],
    ['DELETE a FROM t AS a', { kind: 'dml', table: { kind: 'table', name: 't' } }],
    ['WITH x AS (SELECT 1) UPDATE t JOIN x SET a = 1', { kind: 'dml' }],
    ['WITH x AS (DELETE) SELECT 1', { kind: 'read' }],
    ['SELECT a INTO @b FROM t', { kind: 'other' }],
    ['SET @a = 1', { kind: 'session' }],
  ])('%s', (sql, expected) => {
    expect(classify(sql)).toMatchObject(expected);
  });
});

describe('a migration', () => {
  const check = (text: string) => assertAllowed({ text, line: 7, index: 1 }, '(1) a.sql');

  it.each([
    ['START TRANSACTION'],
    ['commit'],
    ['/* x */ USE other'],
    ['SET @@autocommit = 0'],
    ['SET a = 1, GLOBAL b = 2'],
    ['SET SESSION sql_mode = ""'],
    ['LOCK TABLES t WRITE'],
    ['SELECT RELEASE_ALL_LOCKS()'],
    ['ALTER TABLE other.t ADD x INT'],
    ['INSERT INTO other.t VALUES (1)'],
    ['CREATE TABLE t (id INT) ENGINE=MyISAM'],
    ['CREATE DEFINER=`root`@`localhost` TRIGGER a BEFORE INSERT ON t FOR EACH ROW SET @a = 1'],
    ['DROP TABLE a, b'],
    ['CREATE OR REPLACE TABLE a (id INT)'],
    ['CREATE TEMPORARY TABLE a (id INT)'],
  ])('fails when it has %s', sql => {
    expect(() => check(sql)).toThrow(/^\(1\) a\.sql:7: .* is not allowed in a migration: /);
  });

  it.each([
    ["INSERT INTO t VALUES ('GET_LOCK(1)', 'START TRANSACTION')"],
    ['SELECT EXTRACT(YEAR FROM t.created) FROM t'],
    ['CREATE TABLE t (engine_power INT, id INT PRIMARY KEY) ENGINE = InnoDB'],
    ['CREATE PROCEDURE p() BEGIN START TRANSACTION; COMMIT; END'],
    ['SET FOREIGN_KEY_CHECKS = 0'],
  ])('may have %s', sql => {
    expect(() => check(sql)).not.toThrow();
  });
});
