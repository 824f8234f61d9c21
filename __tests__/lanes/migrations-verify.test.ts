import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { databaseTarget, openSession } from '../../scripts/adapters/mysql-session';
import { readFingerprint } from '../../scripts/adapters/schema-reader';
import { withScratchSchema } from '../../scripts/adapters/scratch-schema';
import { verify, type VerifyOptions } from '../../scripts/commands/migrate/verify';
import { ExitCode } from '../../scripts/domain/exit-code';
import { DATABASE_LANES, useWebshop } from '../support/database-servers';
import { outcomeOf } from '../support/migrate-outcome';
import { folderOf } from '../support/migration-scripts';
import { BASE, type RollbackPair } from './fixtures/rollback-pairs/pair';
import { RIGHT_PAIRS } from './fixtures/rollback-pairs/right-pairs';
import { WRONG_PAIRS } from './fixtures/rollback-pairs/wrong-pairs';

const TEST_MS = 60_000;
const SAMPLE = path.join(__dirname, '..', '..', 'migrations');
const SCRATCH = 'slipway\\_scratch\\_%';

describe.each(DATABASE_LANES)('on $kind', lane => {
  jest.setTimeout(TEST_MS);
  const webshop = useWebshop(lane);
  const { root } = webshop;

  const verified = (folder: string, options: Partial<VerifyOptions> = {}) =>
    outcomeOf(verify({ folder, url: webshop.url, all: true, write: true, base: false, ...options }));
  const scratchSchemas = () => webshop.admin.query<object>('SHOW DATABASES LIKE ?', [SCRATCH]);

  describe('a rollback that reverts', () => {
    const pairs = RIGHT_PAIRS.filter(({ only }) => only === undefined || only === lane.kind);
    lane.test.each(pairs)(
      'is not refused: $name',
      async pair => {
        const { exit, findings } = await verified(folderOf(root, { name: 'base', ...BASE }, { ...pair, name: 'pair' }));
        expect(findings).toEqual([]);
        expect(exit).toBe(ExitCode.Done);
      },
      TEST_MS,
    );
  });

  describe('a rollback that does not revert', () => {
    const pairs = WRONG_PAIRS.filter(({ only }) => only === undefined || only === lane.kind);
    lane.test.each<RollbackPair>(pairs)(
      'is refused: $name',
      async ({ shows, refusedBy, ...pair }) => {
        const { exit, findings } = await verified(folderOf(root, { name: 'base', ...BASE }, { ...pair, name: 'pair' }));
        const refused = findings.filter(({ level }) => level !== 'note');
        expect(refused).toEqual([
          expect.objectContaining({ rule: refusedBy, file: expect.stringContaining('(2) pair') }),
        ]);
        expect([refused[0]!.message, ...refused[0]!.lines].join('\n')).toContain(shows ?? '');
        expect(exit).toBe(ExitCode.Refused);
      },
      TEST_MS,
    );
  });

  lane.test('points at the line of the rollback that is at fault', async () => {
    const pair = {
      name: 'pair',
      up: 'ALTER TABLE posts MODIFY title VARCHAR(90) NOT NULL;\nALTER TABLE users DROP KEY by_state;',
      down: '\n-- back\nALTER TABLE users ADD KEY by_state (state);\nALTER TABLE posts MODIFY title VARCHAR(60) NOT NULL;',
    };
    const { findings } = await verified(folderOf(root, { name: 'base', ...BASE }, pair));
    expect(findings).toMatchObject([{ file: '(2) pair.rollback.sql', line: 3, rule: 'rollback-differs' }]);
  });

  lane.test('ends with 8 when a migration does not work on a table with rows', async () => {
    const pair = {
      name: 'pair',
      up: 'SELECT 1;\nALTER TABLE users ADD COLUMN token INT NOT NULL UNIQUE;',
      down: 'ALTER TABLE users DROP COLUMN token;',
    };
    const { exit, findings } = await verified(folderOf(root, { name: 'base', ...BASE }, pair));
    expect(exit).toBe(ExitCode.MigrationFailed);
    expect(findings).toMatchObject([{ level: 'failed', file: '(2) pair.sql', line: 2, rule: 'migration-fails' }]);
  });

  lane.test(
    'has rows in the tables that lived through the migrations before',
    async () => {
      const steps = [
        { name: 'base', ...BASE },
        {
          name: 'add',
          up: 'ALTER TABLE users ADD COLUMN token CHAR(8) NULL;',
          down: 'ALTER TABLE users DROP COLUMN token;',
        },
        {
          name: 'fill',
          up: "UPDATE users SET token = 'x' WHERE token IS NULL;",
          down: '-- irreversible: no token\nSELECT 1;',
        },
      ];
      expect(await verified(folderOf(root, ...steps), { all: false })).toMatchObject({ exit: ExitCode.Done });
      const need = {
        name: 'need',
        up: "-- phase: contract\nALTER TABLE users MODIFY token CHAR(8) NOT NULL DEFAULT '';",
        down: 'ALTER TABLE users MODIFY token CHAR(8) NULL;',
      };
      const folder = folderOf(root, ...steps, need);
      expect(await verified(folder)).toMatchObject({ exit: ExitCode.Done });
      const lock = readFileSync(path.join(folder, 'schema.lock'), 'utf8');
      writeFileSync(path.join(folder, 'schema.lock'), lock.replace(/# \(4\).*\n/, ''));
      expect(await verified(folder, { all: false })).toMatchObject({ exit: ExitCode.Done, facts: { proven: 1 } });
    },
    TEST_MS,
  );

  lane.test('refuses what stays when everything is rolled back, also of old migrations', async () => {
    const folder = folderOf(root, { name: 'base', ...BASE }, { name: 'next', up: 'SELECT 1;', down: 'SELECT 1;' });
    expect(await verified(folder)).toMatchObject({ exit: ExitCode.Done });
    const forgetful = folderOf(
      root,
      { name: 'base', up: BASE.up, down: BASE.down.replace('DROP PROCEDURE forget;', '') },
      { name: 'next', up: 'SELECT 1;', down: 'SELECT 1;' },
    );
    const lock = readFileSync(path.join(folder, 'schema.lock'), 'utf8');
    const known = lock.replace(/# \(1\).*\n/, '');
    writeFileSync(path.join(forgetful, 'schema.lock'), known);
    expect(await verified(forgetful, { all: false })).toMatchObject({
      exit: ExitCode.Refused,
      findings: [{ rule: 'rollback-differs', lines: expect.arrayContaining(['procedure forget (added)']) }],
    });
  });

  describe('the committed lock', () => {
    lane.test('is written only with --write, compared otherwise, and tells what is new', async () => {
      const first = { name: 'base', up: 'CREATE TABLE a (id INT PRIMARY KEY);', down: 'DROP TABLE a;' };
      const folder = folderOf(root, first);
      expect(await verified(folder, { write: false })).toMatchObject({
        exit: ExitCode.Refused,
        findings: [{ rule: 'lock' }],
      });
      expect(await verified(folder)).toMatchObject({ exit: ExitCode.Done });
      expect(await verified(folder, { write: false, all: false })).toMatchObject({
        exit: ExitCode.Done,
        facts: { proven: 0 },
      });

      writeFileSync(path.join(folder, '(2) more.sql'), 'ALTER TABLE a ADD COLUMN b INT NULL;');
      writeFileSync(path.join(folder, '(2) more.rollback.sql'), 'ALTER TABLE a DROP COLUMN b;');
      const { exit, findings } = await verified(folder, { write: false, all: false });
      expect(exit).toBe(ExitCode.Refused);
      expect(findings[0]!.lines).toEqual(['+ (2) more.sql', 'table a', expect.stringMatching(/ {2}\+ column b int/)]);
      expect(await verified(folder, { all: false })).toMatchObject({ exit: ExitCode.Done, facts: { proven: 1 } });
    });
  });

  describe('the scratch schema', () => {
    const open = () => openSession(databaseTarget(webshop.url, {}));

    lane.test('is gone afterwards, also when something went wrong in it', async () => {
      const broken = withScratchSchema(open, async ({ session }) => {
        expect(await scratchSchemas()).toHaveLength(1);
        await session.execute('SELECT * FROM nowhere');
      });
      await expect(broken).rejects.toThrow(/nowhere/);
      expect(await scratchSchemas()).toEqual([]);
    });

    lane.test('is dropped when its run was killed, and spared while its run goes on', async () => {
      await webshop.admin.execute('CREATE DATABASE slipway_scratch_0123456789abcdef');
      await webshop.admin.execute('CREATE DATABASE slipway_other');
      await withScratchSchema(open, async first => {
        await withScratchSchema(open, async second => {
          const left = await webshop.admin.query<Record<string, string>>('SHOW DATABASES LIKE ?', ['slipway%']);
          expect(left.map(row => Object.values(row)[0]).sort()).toEqual(
            ['slipway_other', first.name, second.name].sort(),
          );
        });
      });
      await webshop.admin.execute('DROP DATABASE slipway_other');
    });
  });

  describe('on a kept base', () => {
    const steps = [
      { name: 'base', ...BASE },
      { name: 'next', up: 'ALTER TABLE users ADD COLUMN a INT NULL;', down: 'ALTER TABLE users DROP COLUMN a;' },
    ];
    const baseSchemas = () => webshop.admin.query<object>("SHOW DATABASES LIKE 'slipway\\_base\\_%'");
    const addTo = (folder: string, up: string, down: string) => {
      writeFileSync(path.join(folder, '(3) new.sql'), up);
      writeFileSync(path.join(folder, '(3) new.rollback.sql'), down);
    };
    const onBase = (folder: string) => verified(folder, { all: false, write: false, base: true });
    const built = (log: readonly string[]) => log.some(line => line.startsWith('building 2 migrations once'));
    /** What refuses, but for the lock, which does not know the new migration. */
    const refusals = (outcome: Awaited<ReturnType<typeof onBase>>) =>
      outcome.findings.filter(({ level, rule }) => level !== 'note' && rule !== 'lock').map(({ rule }) => rule);

    lane.test(
      'only the new migration is run, again and again, and what it leaves behind is no base',
      async () => {
        const folder = folderOf(root, ...steps);
        await verified(folder);
        addTo(folder, 'ALTER TABLE users ADD COLUMN b INT NULL;', 'ALTER TABLE users DROP COLUMN b;');
        const first = await onBase(folder);
        expect([built(first.log), refusals(first)]).toEqual([true, []]);
        const second = await onBase(folder);
        expect([built(second.log), refusals(second)]).toEqual([false, []]);

        addTo(folder, 'ALTER TABLE users ADD COLUMN b INT NULL;', 'SELECT 1;');
        const wrong = await onBase(folder);
        expect([built(wrong.log), refusals(wrong)]).toEqual([false, ['rollback-differs']]);
        expect(await baseSchemas()).toEqual([]);

        addTo(folder, "UPDATE users SET name = 'x';", '-- irreversible: names\nSELECT 1;');
        const lossy = await onBase(folder);
        expect([built(lossy.log), refusals(lossy)]).toEqual([true, []]);
        expect(await baseSchemas()).toEqual([]);
      },
      TEST_MS,
    );

    lane.test(
      'a base that somebody has changed is built anew, and one of other migrations is dropped',
      async () => {
        const folder = folderOf(root, ...steps);
        await verified(folder);
        addTo(folder, 'ALTER TABLE users ADD COLUMN b INT NULL;', 'ALTER TABLE users DROP COLUMN b;');
        await onBase(folder);
        const [base] = (await baseSchemas()).map(row => String(Object.values(row)[0]));
        await webshop.admin.execute(`ALTER TABLE ${base!}.users ADD COLUMN by_hand INT NULL`);
        const again = await onBase(folder);
        expect([built(again.log), refusals(again)]).toEqual([true, []]);
        await webshop.admin.execute(`DELETE FROM ${base!}.slipway_base`);
        expect(built((await onBase(folder)).log)).toBe(true);

        const other = folderOf(root, steps[0]!);
        await verified(other);
        await onBase(other);
        const left = (await baseSchemas()).map(row => String(Object.values(row)[0]));
        expect(left).toHaveLength(1);
        expect(left).not.toContain(base);
        await webshop.admin.execute(`DROP DATABASE ${left[0]!}`);
      },
      TEST_MS,
    );
  });

  describe('the fingerprint', () => {
    lane.test('does not see rows, counters and statistics', async () => {
      await webshop.admin.execute('CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY, a INT, KEY (a))');
      const before = await readFingerprint(webshop.admin, 'webshop');
      await webshop.admin.execute('INSERT INTO counted (a) VALUES (1), (2), (3)');
      await webshop.admin.execute('ALTER TABLE counted AUTO_INCREMENT = 500');
      await webshop.admin.execute('ANALYZE TABLE counted');
      expect((await readFingerprint(webshop.admin, 'webshop')).text).toBe(before.text);
      await webshop.admin.execute('DROP TABLE counted');
    });

    lane.test('sees under which settings a trigger was made', async () => {
      await webshop.admin.execute('CREATE TABLE t (id INT PRIMARY KEY)');
      const make = 'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1';
      await webshop.admin.execute(make);
      const before = await readFingerprint(webshop.admin, 'webshop');
      await webshop.admin.execute('DROP TRIGGER tr');
      await webshop.admin.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
      await webshop.admin.execute(make);
      expect((await readFingerprint(webshop.admin, 'webshop')).text).not.toBe(before.text);
      await webshop.admin.execute('DROP TABLE t');
    });
  });

  describe("the sample application's migrations", () => {
    const copy = () => {
      const target = path.join(root, 'sample');
      mkdirSync(target, { recursive: true });
      cpSync(SAMPLE, target, { recursive: true });
      return target;
    };

    lane.test(
      'revert, one by one and all together, to the committed lock',
      async () => {
        expect(await verified(copy(), { write: false })).toMatchObject({ exit: ExitCode.Done, findings: [] });
      },
      TEST_MS,
    );
  });

  lane.test('nothing is left on the server', async () => {
    expect(await scratchSchemas()).toEqual([]);
  });
});
