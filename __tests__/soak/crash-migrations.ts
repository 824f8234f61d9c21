import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A migration as its two files. */
interface Migration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** One more hit for a counter: whatever runs twice, or not at all, leaves a number that is not 1. */
const hit = (id: number) => `UPDATE counter SET hits = hits + 1 WHERE id = ${id};`;
const unhit = (...ids: number[]) => `UPDATE counter SET hits = hits - 1 WHERE id IN (${ids.join(', ')});`;

/** How many counters the migrations hit, each once. */
export const COUNTERS = 24;

const counterRows = Array.from({ length: COUNTERS }, (_, id) => `(${id + 1}, 0)`).join(', ');
/** 4,096 rows from twelve pairs, without a recursive query, whose syntax and limits differ. */
const pairs = Array.from({ length: 12 }, (_, bit) => `(SELECT 0 AS b UNION SELECT ${2 ** bit}) AS p${bit}`).join(', ');
const sum = Array.from({ length: 12 }, (_, bit) => `p${bit}.b`).join(' + ');

/**
 * Every kind of statement that a runner must be able to take up again, each of which hurts when it is repeated. Ids are
 * written out: a number that AUTO_INCREMENT has given to a row is not given back when the row is rolled back.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    name: 'counters',
    up: `CREATE TABLE counter (id INT PRIMARY KEY, hits INT NOT NULL) ENGINE=InnoDB;\nINSERT INTO counter VALUES ${counterRows};`,
    down: 'DROP TABLE counter;',
  },
  {
    name: 'members',
    up: `CREATE TABLE member (id INT PRIMARY KEY, email VARCHAR(100) NOT NULL) ENGINE=InnoDB;
INSERT INTO member VALUES (1, 'first@example.org');
${hit(1)}`,
    down: `DROP TABLE member;\n${unhit(1)}`,
  },
  { name: 'only-rows', up: [2, 3, 4].map(hit).join('\n'), down: unhit(2, 3, 4) },
  {
    name: 'columns-and-index',
    up: `ALTER TABLE member ADD COLUMN level INT NOT NULL DEFAULT 1;
${hit(5)}
ALTER TABLE member ADD INDEX member_level (level);
${hit(6)}
ALTER TABLE member ADD COLUMN nick VARCHAR(40) NULL AFTER email, ADD UNIQUE INDEX member_nick (nick);`,
    down: `ALTER TABLE member DROP INDEX member_nick, DROP COLUMN nick;
ALTER TABLE member DROP INDEX member_level;
ALTER TABLE member DROP COLUMN level;
${unhit(5, 6)}`,
  },
  {
    name: 'albums-with-trigger',
    up: `CREATE TABLE album (id INT PRIMARY KEY, member_id INT NOT NULL, title VARCHAR(100) NOT NULL,
  CONSTRAINT album_member FOREIGN KEY (member_id) REFERENCES member (id) ON DELETE CASCADE) ENGINE=InnoDB;
DELIMITER $$
CREATE TRIGGER album_added AFTER INSERT ON album FOR EACH ROW
BEGIN
  UPDATE counter SET hits = hits + 1 WHERE id = 7;
END$$
DELIMITER ;
INSERT INTO album VALUES (1, 1, 'a; b');`,
    down: `DROP TABLE album;\n${unhit(7)}`,
  },
  {
    name: 'many-rows',
    up: `CREATE TABLE many (id INT PRIMARY KEY, payload VARCHAR(60) NOT NULL) ENGINE=InnoDB;
INSERT INTO many SELECT ${sum}, REPEAT('x', 50) FROM ${pairs};
${hit(8)}`,
    down: `DROP TABLE many;\n${unhit(8)}`,
  },
  {
    name: 'copying-alter',
    up: `ALTER TABLE many MODIFY payload VARCHAR(55) NOT NULL;
${hit(9)}
ALTER TABLE many MODIFY id BIGINT NOT NULL;
UPDATE many SET payload = CONCAT(payload, '+');`,
    down: `UPDATE many SET payload = LEFT(payload, 50);
ALTER TABLE many MODIFY id INT NOT NULL;
ALTER TABLE many MODIFY payload VARCHAR(60) NOT NULL;
${unhit(9)}`,
  },
  {
    name: 'view-and-procedure',
    up: `CREATE VIEW member_album AS SELECT m.email, a.title FROM member m JOIN album a ON a.member_id = m.id;
${hit(10)}
DELIMITER //
CREATE PROCEDURE touch_member(IN who INT)
BEGIN
  UPDATE member SET level = level + 1 WHERE id = who;
END//
DELIMITER ;
${hit(11)}`,
    down: `DROP PROCEDURE touch_member;\nDROP VIEW member_album;\n${unhit(10, 11)}`,
  },
  {
    name: 'rename',
    up: `CREATE TABLE tag (id INT PRIMARY KEY, word VARCHAR(40) NOT NULL) ENGINE=InnoDB;
INSERT INTO tag VALUES (1, 'one');
RENAME TABLE tag TO label;
${hit(12)}`,
    down: `RENAME TABLE label TO tag;\nDROP TABLE tag;\n${unhit(12)}`,
  },
  {
    name: 'tables',
    up: Array.from(
      { length: 6 },
      (_, n) =>
        `CREATE TABLE part_${n} (place INT NOT NULL) ENGINE=InnoDB;\nINSERT INTO part_${n} VALUES (${n});\n${hit(13 + n)}`,
    ).join('\n'),
    down: `DROP TABLE part_0;
DROP TABLE part_1;
DROP TABLE part_2;
DROP TABLE part_3;
DROP TABLE part_4;
DROP TABLE part_5;
${unhit(13, 14, 15, 16, 17, 18)}`,
  },
  {
    name: 'drops',
    up: `ALTER TABLE member DROP INDEX member_level;
${hit(19)}
CREATE TABLE passing (id INT PRIMARY KEY) ENGINE=InnoDB;
DROP TABLE passing;
${hit(20)}`,
    down: `ALTER TABLE member ADD INDEX member_level (level);\n${unhit(19, 20)}`,
  },
  {
    name: 'alter-twice',
    up: `ALTER TABLE part_0 ADD COLUMN a INT NOT NULL DEFAULT 0;
ALTER TABLE part_0 ADD COLUMN b INT NOT NULL DEFAULT 0;
ALTER TABLE part_0 DROP COLUMN a;
ALTER TABLE part_0 ADD COLUMN a VARCHAR(10) NOT NULL DEFAULT 'x' FIRST;
${hit(21)}`,
    down: `ALTER TABLE part_0 DROP COLUMN a;\nALTER TABLE part_0 DROP COLUMN b;\n${unhit(21)}`,
  },
  { name: 'rows-at-the-end', up: [22, 23, 24].map(hit).join('\n'), down: unhit(22, 23, 24) },
];

/** How many migrations `writeCrashMigrations` writes. */
export const MIGRATION_COUNT = MIGRATIONS.length;

/** Writes the migrations as `(n) name.sql` with their rollbacks into a folder. */
export function writeCrashMigrations(folder: string): void {
  mkdirSync(folder, { recursive: true });
  MIGRATIONS.forEach(({ name, up, down }, index) => {
    const base = path.join(folder, `(${index + 1}) ${name}`);
    writeFileSync(`${base}.sql`, `${up}\n`);
    writeFileSync(`${base}.rollback.sql`, `${down}\n`);
  });
}
