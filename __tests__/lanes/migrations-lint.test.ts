import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { databaseTarget } from '../../scripts/adapters/mysql-session';
import { lint } from '../../scripts/commands/migrate/lint';
import { snapshot } from '../../scripts/commands/migrate/snapshot';
import { staged, type StagingOptions } from '../../scripts/commands/migrate/staging';
import { up } from '../../scripts/commands/migrate/up';
import { ExitCode } from '../../scripts/domain/exit-code';
import { migrationRunnerFor } from '../../scripts/migration/migration-runner-for';
import { DATABASE_LANES, useWebshop } from '../support/database-servers';
import { outcomeOf } from '../support/migrate-outcome';
import { folderOf } from '../support/migration-scripts';
import { recordingContext } from '../support/recording-context';
import { ALTERED, ALTERS } from './fixtures/alters';
import { BASE } from './fixtures/rollback-pairs/pair';

const TEST_MS = 60_000;
const SAMPLE = path.join(__dirname, '..', '..', 'migrations');
const ONE_TABLE = { name: 'base', up: 'CREATE TABLE a (id INT PRIMARY KEY);', down: 'DROP TABLE a;' };

describe.each(DATABASE_LANES)('on $kind', lane => {
  jest.setTimeout(TEST_MS);
  const webshop = useWebshop(lane);
  const { root } = webshop;

  describe('lint', () => {
    lane.test(
      'tells what the server does with an ALTER',
      async () => {
        const scripts = ALTERS.map(({ sql }, index) => ({
          name: `alter ${index}`,
          up: `-- phase: contract\n${sql};`,
          down: 'SELECT 1;',
        }));
        const folder = folderOf(root, { name: 'base', up: ALTERED, down: 'DROP TABLE items;' }, ...scripts);
        const { facts, findings } = await outcomeOf(lint({ folder, url: webshop.url, since: 1 }));
        expect(findings).toEqual([]);
        const answers = (facts['answers'] as { algorithm?: string }[]).map(({ algorithm }) => algorithm);
        expect(Object.fromEntries(ALTERS.map(({ sql }, index) => [sql, answers[index]]))).toEqual(
          Object.fromEntries(ALTERS.map(alter => [alter.sql, alter[lane.kind]])),
        );
      },
      TEST_MS,
    );

    lane.test('refuses what the running release does not survive, once, and takes a reason for an answer', async () => {
      const base = { name: 'base', ...BASE };
      const drop = { name: 'drop', up: 'ALTER TABLE users DROP COLUMN bio;', down: 'SELECT 1;' };
      const refused = await outcomeOf(lint({ folder: folderOf(root, base, drop), url: webshop.url, since: 1 }));
      expect(refused).toMatchObject({ exit: ExitCode.Refused, findings: [{ rule: 'removes-in-expand', line: 1 }] });

      const allowed = { ...drop, up: `-- allow: removes-in-expand nobody reads it\n${drop.up}` };
      const answered = await outcomeOf(lint({ folder: folderOf(root, base, allowed), url: webshop.url, since: 1 }));
      expect(answered).toMatchObject({ exit: ExitCode.Done, findings: [{ level: 'note' }] });
    });

    lane.test('multiplies by the size of the table that is meant, and reads its level there', async () => {
      const folder = folderOf(root, { name: 'base', up: ALTERED, down: 'DROP TABLE items;' });
      const production = await webshop.server.createSchema('production');
      expect(
        await outcomeOf(up({ folder, url: production, waitSeconds: 1, acceptDrift: false, maxReportAge: 24 })),
      ).toMatchObject({
        exit: ExitCode.Done,
      });
      writeFileSync(
        path.join(folder, '(2) copy.sql'),
        '-- phase: contract\nALTER TABLE items MODIFY label VARCHAR(20);',
      );
      writeFileSync(path.join(folder, '(2) copy.rollback.sql'), 'SELECT 1;');
      const { facts, exit } = await outcomeOf(lint({ folder, url: webshop.url, sizesFrom: production }));
      expect(exit).toBe(ExitCode.Done);
      expect(facts).toMatchObject({
        since: 1,
        answers: [{ algorithm: 'COPY', table: 'items', size: { bytes: expect.any(Number) } }],
      });
    });
  });

  describe('a change by hand', () => {
    lane.test('keeps `up` from running, line by line, until it is accepted', async () => {
      const target = await webshop.server.createSchema('drifted');
      const migrations = folderOf(root, ONE_TABLE);
      await outcomeOf(up({ folder: migrations, url: target, waitSeconds: 1, acceptDrift: false, maxReportAge: 24 }));
      await webshop.admin.execute('ALTER TABLE drifted.a ADD COLUMN by_hand INT NULL');
      writeFileSync(path.join(migrations, '(2) next.sql'), 'ALTER TABLE a ADD COLUMN b INT NULL;');
      writeFileSync(path.join(migrations, '(2) next.rollback.sql'), 'ALTER TABLE a DROP COLUMN b;');

      const seen = await outcomeOf(snapshot({ folder: migrations, url: target, check: true, store: false }));
      expect(seen).toMatchObject({ exit: ExitCode.Refused });
      expect(seen.printed.join('\n')).toMatch(/table a\n {2}\+ column by_hand int/);

      const refused = await outcomeOf(
        up({ folder: migrations, url: target, waitSeconds: 1, acceptDrift: false, maxReportAge: 24 }),
      );
      expect(refused).toMatchObject({ exit: ExitCode.Refused });
      expect(refused.log.join('\n')).toContain('+ column by_hand');
      const accepted = await outcomeOf(
        up({ folder: migrations, url: target, waitSeconds: 1, acceptDrift: true, maxReportAge: 24 }),
      );
      expect(accepted).toMatchObject({ exit: ExitCode.Done });
      expect(await outcomeOf(snapshot({ folder: migrations, url: target, check: true, store: false }))).toMatchObject({
        exit: ExitCode.Done,
      });
    });
  });

  describe('a report from a clone', () => {
    const addTo = (folder: string) => {
      writeFileSync(path.join(folder, '(2) next.sql'), 'ALTER TABLE a ADD COLUMN b INT NULL;');
      writeFileSync(path.join(folder, '(2) next.rollback.sql'), 'ALTER TABLE a DROP COLUMN b;');
    };
    const run = (options: Omit<StagingOptions, 'maxReportAge'>, context = recordingContext()) =>
      staged(databaseTarget(options.url ?? '', {}), { ...options, maxReportAge: 24 }, context, () =>
        migrationRunnerFor({ folder: options.folder, target: databaseTarget(options.url ?? '', {}) }).up({
          waitSeconds: 1,
        }),
      );

    lane.test('lets production run what the clone ran, from the same schema', async () => {
      const folder = folderOf(root, ONE_TABLE);
      const [clone, production] = [
        await webshop.server.createSchema('clone'),
        await webshop.server.createSchema('live'),
      ];
      for (const each of [clone, production]) await run({ folder, url: each });
      addTo(folder);
      const report = path.join(folder, 'report.json');
      await run({ folder, url: clone, report });
      const context = recordingContext();
      expect(await run({ folder, url: production, requireReport: report }, context)).toMatchObject({ level: 2 });
      expect(context.logged).toEqual([expect.stringMatching(/^\(2\) next\.sql: \d+\.\d s on the clone$/)]);
    });

    lane.test('stops production when a file or the schema is not as it was on the clone', async () => {
      const folder = folderOf(root, ONE_TABLE);
      const [clone, production] = [
        await webshop.server.createSchema('clone'),
        await webshop.server.createSchema('live'),
      ];
      for (const each of [clone, production]) await run({ folder, url: each });
      addTo(folder);
      const report = path.join(folder, 'report.json');
      await run({ folder, url: clone, report });

      await webshop.admin.execute('ALTER TABLE live.a ADD COLUMN by_hand INT NULL');
      await expect(run({ folder, url: production, requireReport: report })).rejects.toThrow(/schema of the clone/);
      await webshop.admin.execute('ALTER TABLE live.a DROP COLUMN by_hand');
      writeFileSync(path.join(folder, '(2) next.sql'), 'ALTER TABLE a ADD COLUMN b BIGINT NULL;');
      await expect(run({ folder, url: production, requireReport: report })).rejects.toThrow(
        /\(2\) next\.sql was edited/,
      );
      expect(await webshop.admin.query("SHOW COLUMNS FROM live.a LIKE 'b'")).toEqual([]);
    });
  });

  describe("the sample application's migrations", () => {
    lane.test('may be released up to (7), and (8) with the release after it', async () => {
      const folder = path.join(root, 'sample');
      cpSync(SAMPLE, folder, { recursive: true });
      expect(await outcomeOf(lint({ folder, url: webshop.url, since: 7 }))).toMatchObject({
        exit: ExitCode.Done,
        findings: [],
      });
      const { exit, findings } = await outcomeOf(lint({ folder, url: webshop.url, since: 5 }));
      expect(exit).toBe(ExitCode.Refused);
      expect(findings.filter(({ level }) => level !== 'note')).toMatchObject([
        { file: '(8) drop displayname.sql', rule: 'contract-beside-expand' },
      ]);
    });
  });
});
