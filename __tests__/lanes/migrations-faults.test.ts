import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseTarget, openSession } from '../../scripts/adapters/mysql-session';
import { fingerprintOf } from '../../scripts/adapters/object-definition';
import type { MigrationError } from '../../scripts/domain/migration/migration-error';
import { migrationRunnerFor } from '../../scripts/migration/migration-runner-for';
import type { RunnerPorts } from '../../scripts/migration/runner';
import { schemaWatch } from '../../scripts/migration/schema-watch';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';
import { DATABASE_LANES } from '../support/database-servers';

const MINUTE = 60_000;
const HALF_A_MINUTE = 30_000;
const USERS = 'CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL);\n';
const WAIT = { waitSeconds: 1 };

/** What a person finds when something goes wrong, on a real server: the message, the history and the schema. */
describe.each(DATABASE_LANES)('faults of migrations on $kind', lane => {
  let server: DatabaseServer;
  let folder: string;
  let url: string;
  let logged: string[];
  let schemas = 0;

  jest.setTimeout(HALF_A_MINUTE);
  beforeAll(async () => {
    if (!lane.missing) server = await lane.open();
  }, 3 * MINUTE);
  afterAll(() => lane.missing ?? server.stop());
  beforeEach(async () => {
    if (lane.missing) return;
    folder = mkdtempSync(join(tmpdir(), 'slipway-faults-'));
    url = await server.createSchema(`faults_${++schemas}`);
    logged = [];
  });
  afterEach(() => folder && rmSync(folder, { recursive: true }));

  const write = (name: string, up: string, down = 'SELECT 1;\n') => {
    writeFileSync(join(folder, `${name}.sql`), up);
    writeFileSync(join(folder, `${name}.rollback.sql`), down);
  };
  const runner = (ports: Partial<RunnerPorts> = {}) =>
    migrationRunnerFor({ target: databaseTarget(url, {}), folder, log: line => logged.push(line), ...ports });
  const failure = async (run: Promise<unknown>): Promise<MigrationError> =>
    run.then(
      () => Promise.reject(new Error('it went well')),
      (error: unknown) => error as MigrationError,
    );
  const query = async (sql: string): Promise<Record<string, unknown>[]> => {
    const connection = await server.connect(`faults_${schemas}`);
    const [rows] = await connection.query(sql);
    await connection.end();
    return rows as Record<string, unknown>[];
  };
  const journal = () =>
    query('SELECT seq, state, stmt_done AS done, stmt_started AS started, error_no FROM schema_migration');
  /** As a run leaves it that was killed while a statement was in flight. */
  const inFlight = (statement: number, state = 'applying') =>
    query(`UPDATE schema_migration SET state = '${state}', stmt_done = ${statement - 1}, stmt_started = ${statement}`);

  lane.test('a statement that fails is named; what came before stays, and the mended tail goes on', async () => {
    const bad = `${USERS}INSERT INTO users (name) VALUES ('a');\nALTER TABEL users;\nALTER TABLE users ADD x INT;\n`;
    write('(1) users', bad, 'DROP TABLE users;\n');
    const error = await failure(runner().up(WAIT));
    expect(error).toMatchObject({ code: 'failed', exitCode: 8, next: 'slipway migrate up' });
    expect(error.failed).toMatchObject({ file: '(1) users.sql', line: 3, statement: 3, total: 4, errno: 1064 });
    expect(await journal()).toEqual([{ seq: 1, state: 'failed', done: 2, started: 2, error_no: 1064 }]);

    write('(1) users', bad.replace('TABEL users', 'TABLE users ADD y INT'), 'DROP TABLE users;\n');
    expect(await runner().up(WAIT)).toMatchObject({ level: 1 });
    expect(await query('SELECT name, x, y FROM users')).toEqual([{ name: 'a', x: null, y: null }]);
  });

  lane.test('changes of rows that follow each other are undone together', async () => {
    write(
      '(1) users',
      `${USERS}INSERT INTO users (name) VALUES ('a');\nINSERT INTO users (id, name) VALUES (1, 'b');\n`,
    );
    expect(await failure(runner().up(WAIT))).toMatchObject({ code: 'failed', failed: { statement: 3, errno: 1062 } });
    expect(await journal()).toMatchObject([{ state: 'failed', done: 1 }]);
    expect(await query('SELECT * FROM users')).toEqual([]);
  });

  lane.test('the head of a failed migration may not be edited', async () => {
    write('(1) users', `${USERS}SELECT nothing;\n`);
    await failure(runner().up(WAIT));
    write('(1) users', `${USERS.replace('20', '30')}SELECT 1;\n`);
    expect(await failure(runner().up(WAIT))).toMatchObject({ code: 'history', exitCode: 9 });
  });

  lane.test('an applied file may change its line ends, and nothing else until somebody accepts it', async () => {
    write('(1) users', USERS, 'DROP TABLE users;\n');
    await runner().up(WAIT);
    write('(1) users', USERS.replaceAll('\n', '\r\n'), 'DROP TABLE users;\r\n');
    expect(await runner().up(WAIT)).toEqual({ done: [], level: 1 });

    write('(1) users', USERS.replace('20', '30'), 'DROP TABLE users;\n');
    const error = await failure(runner().up(WAIT));
    expect(error).toMatchObject({ code: 'history', exitCode: 9 });
    expect(error.detail?.['applied']).not.toBe(error.detail?.['file']);
    await runner().acceptEdit(1, 'only a test', 1);
    expect(await runner().up(WAIT)).toEqual({ done: [], level: 1 });
    expect(await query("SELECT event FROM schema_migration_log WHERE detail LIKE '%only a test%'")).toHaveLength(1);
  });

  lane.test('the rollback that was shipped is the one that runs', async () => {
    write('(1) users', USERS, 'DROP TABLE users;\n');
    await runner().up(WAIT);
    write('(1) users', USERS, 'DROP TABLE wrong;\n');
    await runner().up(WAIT);
    expect(await runner().down({ to: 0, ...WAIT })).toMatchObject({ level: 0, done: [{ seq: 1 }] });
    expect(await query("SHOW TABLES LIKE 'users'")).toEqual([]);
    expect(await journal()).toEqual([]);
  });

  lane.test('what is declared irreversible is rolled back only when the loss is accepted', async () => {
    write('(1) users', USERS, '-- irreversible: the names\nDROP TABLE users;\n');
    await runner().up(WAIT);
    const error = await failure(runner().down({ to: 0, ...WAIT }));
    expect(error).toMatchObject({ code: 'refused', exitCode: 9 });
    expect(error.message).toContain('the names');
    expect(await runner().down({ to: 0, acceptLoss: true, ...WAIT })).toMatchObject({ level: 0 });
  });

  lane.test('a database that is ahead of the files is said to be', async () => {
    write('(1) users', USERS);
    write('(2) more', 'ALTER TABLE users ADD x INT;\n');
    await runner().up(WAIT);
    for (const name of ['(2) more.sql', '(2) more.rollback.sql']) rmSync(join(folder, name));
    expect(await failure(runner().up(WAIT))).toMatchObject({ code: 'history', exitCode: 9 });
    expect(await runner().up({ ...WAIT, allowAhead: true })).toEqual({ done: [], level: 2 });
  });

  lane.test('a definition that was in flight is looked at: done is counted, not done is run', async () => {
    write('(1) users', USERS);
    await runner().up(WAIT);
    write('(2) x', 'ALTER TABLE users ADD x INT;\n');
    const target = databaseTarget(url, {});
    const session = await openSession(target);
    const fingerprint = await fingerprintOf(session, [{ kind: 'table', name: 'users' }]);
    await session.end();
    for (const undo of ['SELECT 1', 'ALTER TABLE users DROP x']) {
      await runner().up(WAIT);
      await query(undo);
      await query(
        `UPDATE schema_migration SET state = 'applying', stmt_done = 0, stmt_started = 1, done_sha256 = NULL,
         fp_before = X'${fingerprint.toString('hex')}' WHERE seq = 2`,
      );
      // Had it been run again where it was done, this would be "Duplicate column name".
      expect(await runner().up(WAIT)).toMatchObject({ level: 2 });
      expect(await query('SELECT x FROM users')).toEqual([]);
    }
  });

  lane.test('a statement whose outcome nothing shows is left to a person', async () => {
    write('(1) users', `${USERS}TRUNCATE TABLE users;\nALTER TABLE users ADD x INT;\n`);
    await runner().up(WAIT);
    await query('ALTER TABLE users DROP x');
    await inFlight(2);
    await query('UPDATE schema_migration SET done_sha256 = NULL');
    const error = await failure(runner().up(WAIT));
    expect(error).toMatchObject({ code: 'unknown', exitCode: 8 });
    expect(error.message).toContain('(1) users.sql:2, statement 2 of 3 (TRUNCATE)');
    await runner().resolve(1, 'done', 1);
    expect(await runner().up(WAIT)).toMatchObject({ level: 1 });
    expect(await query('SELECT x FROM users')).toEqual([]);
  });

  lane.test('what a migration leaves in the session is gone for the next', async () => {
    write('(1) users', `${USERS}SET FOREIGN_KEY_CHECKS = 0, @name = 'left';\n`);
    write(
      '(2) next',
      'INSERT INTO users (name) VALUES (CONCAT(IF(@@foreign_key_checks, "on ", "off "), COALESCE(@name, "nothing")));\n',
    );
    await runner().up(WAIT);
    expect(await query('SELECT name FROM users')).toEqual([{ name: 'on nothing' }]);
  });

  lane.test(
    'who waits for a table says for whom, and gets in when it is free',
    async () => {
      write('(1) users', USERS);
      await runner().up(WAIT);
      const blocker = await server.connect(`faults_${schemas}`);
      await blocker.query('START TRANSACTION');
      await blocker.query('SELECT * FROM users');
      write('(2) x', 'ALTER TABLE users ADD x INT;\n');
      const running = runner({
        sleep: async () => {
          await blocker.query('COMMIT');
        },
      }).up(WAIT);
      expect(await running).toMatchObject({ level: 2 });
      expect(logged.join('\n')).toMatch(/waited for users/);
      await blocker.end();
    },
    MINUTE,
  );

  lane.test('a request to stop lets the statement finish; the next run goes on after it', async () => {
    const stop = new AbortController();
    write('(1) users', `${USERS}INSERT INTO users (name) SELECT SLEEP(1);\nALTER TABLE users ADD x INT;\n`);
    const running = failure(runner({ stop: stop.signal }).up(WAIT));
    await runningIn(server, 'SLEEP(');
    stop.abort();
    expect(await running).toMatchObject({ code: 'stopped', exitCode: 8 });
    expect(await query('SELECT * FROM users')).toHaveLength(1);
    expect(await runner().up(WAIT)).toMatchObject({ level: 1 });
    expect(await query('SELECT * FROM users')).toHaveLength(1);
  });

  lane.test('a request to stop between two migrations leaves the rows of the first', async () => {
    const stop = new AbortController();
    write('(1) users', `${USERS}INSERT INTO users (name) SELECT SLEEP(1);\n`);
    write('(2) x', 'ALTER TABLE users ADD x INT;\n');
    const done: number[] = [];
    const running = failure(runner({ stop: stop.signal, migrated: ({ seq }) => done.push(seq) }).up(WAIT));
    await runningIn(server, 'SLEEP(');
    stop.abort();
    expect(await running).toMatchObject({ code: 'stopped', exitCode: 8 });
    expect(done).toEqual([1]);
    expect(await query('SELECT * FROM users')).toHaveLength(1);
    expect(await journal()).toMatchObject([{ seq: 1, state: 'applied', done: 2 }]);
  });

  lane.test(
    'rows wait for no reset: what the next migration needs a clean session for is committed before',
    async () => {
      write('(1) users', `${USERS}INSERT INTO users (name) VALUES ('a');\n`);
      write('(2) name', "SET @name = 'b';\nINSERT INTO users (name) VALUES (@name);\n");
      expect(await runner().up(WAIT)).toMatchObject({ level: 2, done: [{ seq: 1 }, { seq: 2 }] });
      expect(await query('SELECT name FROM users')).toEqual([{ name: 'a' }, { name: 'b' }]);
    },
  );

  lane.test.each([
    ['cannot be read', 'ALTER TABEL users ADD x INT;\n', 1064],
    ['cannot be read inside', 'ALTER TABLE users ADD x INT INT;\n', 1064],
    ['makes no sense', 'ALTER TABLE users ADD name INT;\n', 1060],
    ['names what no table can be called', 'ALTER TABLE `users ` ADD x INT;\n', 1103],
  ])('the rows of a migration stay when the definition that begins the next %s', async (_, second, errno) => {
    write('(1) users', `${USERS}INSERT INTO users (name) VALUES ('a');\n`);
    write('(2) x', second);
    const done: number[] = [];
    const error = await failure(runner({ migrated: ({ seq }) => done.push(seq) }).up(WAIT));
    expect(error).toMatchObject({ code: 'failed', failed: { file: '(2) x.sql', statement: 1, errno } });
    expect(done).toEqual([1]);
    expect(await query('SELECT name FROM users')).toEqual([{ name: 'a' }]);
    expect(await journal()).toEqual([
      { seq: 1, state: 'applied', done: 2, started: 2, error_no: null },
      { seq: 2, state: 'failed', done: 0, started: 0, error_no: errno },
    ]);
  });

  lane.test('a second request ends the statement on the server', async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    write(
      '(1) users',
      `${USERS}INSERT INTO users (name) SELECT SLEEP(30) FROM users RIGHT JOIN (SELECT 1) AS one ON 1;\n`,
    );
    const running = failure(runner({ stop: stop.signal, kill: kill.signal }).up(WAIT));
    await runningIn(server, 'SLEEP(');
    stop.abort();
    kill.abort();
    expect(await running).toMatchObject({ code: 'stopped', exitCode: 8 });
    expect(await query('SELECT * FROM users')).toEqual([]);
  });

  lane.test('a schema that was changed by hand is not touched', async () => {
    const schema = schemaWatch({ log: line => logged.push(line) });
    write('(1) users', USERS);
    await runner({ schema }).up(WAIT);
    await query('ALTER TABLE users ADD by_hand INT');
    write('(2) x', 'ALTER TABLE users ADD x INT;\n');
    expect(await failure(runner({ schema }).up(WAIT))).toMatchObject({ code: 'drift', exitCode: 9 });
    expect(await journal()).toHaveLength(1);
  });

  lane.test('a table without transactions may not take rows', async () => {
    await query('CREATE TABLE old (id INT) ENGINE=MyISAM');
    write('(1) fill', 'INSERT INTO old VALUES (1);\n');
    expect(await failure(runner().up(WAIT))).toMatchObject({ code: 'refused', exitCode: 9 });
    expect(await query('SELECT * FROM old')).toEqual([]);
  });

  lane.test('a statement that the server would not take is refused before the first one', async () => {
    const row = `('${'x'.repeat(1000)}')`;
    write('(1) users', `${USERS}INSERT INTO users (name) VALUES ${Array(70_000).fill(row).join(',\n')};\n`);
    expect(readFileSync(join(folder, '(1) users.sql')).length).toBeGreaterThan(64 * 1024 * 1024);
    const error = await failure(runner().up(WAIT));
    expect(error.message).toMatch(/^\(1\) users\.sql:2: the statement has \d+\.\d MB/);
    expect(await query("SHOW TABLES LIKE 'users'")).toEqual([]);
  });

  lane.test('a database that cannot be reached is named without its password', async () => {
    write('(1) users', USERS);
    const target = databaseTarget('mysql://somebody:secret@127.0.0.1:1/shop', {});
    const error = await failure(migrationRunnerFor({ target, folder }).up(WAIT));
    expect(error).toMatchObject({ code: 'connection', exitCode: 2 });
    expect(error.message).toContain('somebody@127.0.0.1:1/shop');
    expect(error.message).not.toContain('secret');
  });
});

/** Waits until the server runs a statement with this text. */
async function runningIn(server: DatabaseServer, text: string): Promise<void> {
  const connection = await server.connect();
  for (let found = false; !found;) {
    const [rows] = await connection.query('SHOW FULL PROCESSLIST');
    found = (rows as { Info: string | null }[]).some(({ Info }) => Info?.includes(text));
  }
  await connection.end();
}
