import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseTarget } from '../../scripts/adapters/database-target';
import { onlineTool, type RunOnlineTool } from '../../scripts/adapters/online-tool';
import { ProcessShell } from '../../scripts/adapters/shell';
import type { MigrationError } from '../../scripts/domain/migration/migration-error';
import { migrationRunnerFor } from '../../scripts/migration/migration-runner-for';
import { DATABASE_LANES, useWebshop } from '../support/database-servers';
import { requireParts } from '../support/lane';
import { folderOf } from '../support/migration-scripts';

const TEST_MS = 120_000;
const ROWS = 2_000;
const TOOL = requireParts([{ program: 'pt-online-schema-change', install: 'apt-get install percona-toolkit' }]);
const WAIT = { waitSeconds: 1 };
const SIGNALS = { stop: new AbortController().signal, kill: new AbortController().signal };
const PASSWORD = 'gehe"im\\';

const USERS = {
  name: 'users',
  up: 'CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL) ENGINE=InnoDB;',
  down: 'DROP TABLE users;',
};
const change = (tool: string, alter: string) => ({
  name: 'change',
  up: `-- phase: contract\n-- online: ${tool}\nALTER TABLE users ${alter};`,
  down: 'SELECT 1;',
});

/** Tables that are changed while they are used. */
describe.each(DATABASE_LANES)('online on $kind', lane => {
  jest.setTimeout(TEST_MS);
  const webshop = useWebshop(lane);
  const withTool = lane.missing === undefined ? TOOL.test : lane.test;
  let logged: string[];
  let tools: string[];

  beforeEach(async () => {
    if (lane.missing !== undefined) return;
    logged = [];
    tools = [];
    await webshop.server.createSchema('webshop');
    await webshop.admin.query('USE webshop');
    await webshop.admin.query('DROP USER IF EXISTS migrator');
    await webshop.admin.query('CREATE USER migrator IDENTIFIED BY ?', [PASSWORD]);
    await webshop.admin.query('GRANT ALL ON *.* TO migrator');
  });

  const target = () => {
    const { host, port } = webshop.server;
    return { ...databaseTarget(webshop.url, {}), host, port, user: 'migrator', password: PASSWORD };
  };
  const real = (path = process.env['PATH']): RunOnlineTool => {
    const run = onlineTool(target(), new ProcessShell({ env: { ...process.env, PATH: path } }), line =>
      logged.push(line),
    );
    return (what, signals) => {
      tools.push(what.tool);
      return run(what, signals);
    };
  };
  const up = (folder: string, online = real()) =>
    migrationRunnerFor({ target: target(), folder, log: line => logged.push(line), online }).up(WAIT);
  const failure = (running: Promise<unknown>) =>
    running.then(
      () => Promise.reject(new Error('it went well')),
      (error: unknown) => error as MigrationError,
    );
  const filled = async (...scripts: { name: string; up: string; down: string }[]) => {
    await up(folderOf(webshop.root, USERS));
    const values = Array.from({ length: ROWS }, (_, n) => `('user ${n}')`).join(',');
    await webshop.admin.query(`INSERT INTO users (name) VALUES ${values}`);
    return folderOf(webshop.root, USERS, ...scripts);
  };
  const state = () =>
    webshop.admin.query<object>('SELECT seq, state, stmt_done AS done FROM schema_migration WHERE seq = 2');
  const typeOfName = async () => {
    const [row] = await webshop.admin.query<{ Type: string }>("SHOW COLUMNS FROM users LIKE 'name'");
    return row?.Type;
  };
  /** A program of this name that does what a script says. */
  const standIn = (name: string, script: string) => {
    const file = join(webshop.root, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return `${webshop.root}:${process.env['PATH'] ?? ''}`;
  };

  withTool('pt-osc copies a table that the server would block, as one step of the journal', async () => {
    const folder = await filled(change('pt-osc', "MODIFY name VARCHAR(30) NOT NULL DEFAULT 'a, b'"));
    expect(await up(folder)).toMatchObject({ level: 2 });
    expect(tools).toEqual(['pt-osc']);
    expect(await typeOfName()).toBe('varchar(30)');
    expect(await webshop.admin.query('SELECT COUNT(*) AS n FROM users')).toEqual([{ n: ROWS }]);
    expect(await state()).toEqual([{ seq: 2, state: 'applied', done: 1 }]);
    expect(await webshop.admin.query("SHOW TABLES LIKE '\\_%'")).toEqual([]);
    expect(logged.join('\n')).toMatch(/Successfully altered/);
  });

  lane.test('what the server does at once is not handed to a tool', async () => {
    const folder = await filled(change('pt-osc', 'ADD COLUMN nick VARCHAR(20) NULL'));
    expect(await up(folder)).toMatchObject({ level: 2 });
    expect(tools).toEqual([]);
  });

  lane.test('gh-ost gets user and password in a file that nobody else reads', async () => {
    const seen = join(webshop.root, 'seen');
    const path = standIn(
      'gh-ost',
      `for a in "$@"; do case $a in --conf=*) f=\${a#--conf=};; esac; done; stat -c %a "$f" >"${seen}"; cat "$f" >>"${seen}"; for a in "$@"; do echo "$a" >>"${seen}"; done`,
    );
    const folder = await filled(change('gh-ost', 'MODIFY name VARCHAR(30) NOT NULL'));
    expect(await up(folder, real(path))).toMatchObject({ level: 2 });
    const [mode, ...rest] = readFileSync(seen, 'utf8').trim().split('\n');
    expect(mode).toBe('600');
    expect(rest.slice(0, 3)).toEqual(['[client]', 'user="migrator"', 'password="gehe\\"im\\\\"']);
    expect(rest.slice(3).join('\n')).not.toContain('gehe');
    expect(rest).toEqual(
      expect.arrayContaining([
        '--execute',
        '--database=webshop',
        '--table=users',
        '--alter=MODIFY name VARCHAR(30) NOT NULL',
      ]),
    );
  });

  lane.test('a tool that fails is a migration that failed, with its last words, and is tried again', async () => {
    const folder = await filled(change('gh-ost', 'MODIFY name VARCHAR(30) NOT NULL'));
    const error = await failure(up(folder, real(standIn('gh-ost', 'echo "no binary log"; exit 3'))));
    expect(error).toMatchObject({ code: 'failed', exitCode: 8, next: 'slipway migrate up' });
    expect(error.message).toContain('gh-ost ended with exit code 3: no binary log');
    expect(await state()).toEqual([{ seq: 2, state: 'failed', done: 0 }]);
    expect(await up(folder, real(standIn('gh-ost', 'exit 0')))).toMatchObject({ level: 2 });
  });

  lane.test('what a killed tool has left is refused, with the statements that remove it', async () => {
    const folder = await filled(change('gh-ost', 'MODIFY name VARCHAR(30) NOT NULL'));
    await webshop.admin.query('CREATE TABLE _users_new LIKE users');
    await webshop.admin.query('CREATE TABLE _other_new LIKE users');
    await webshop.admin.query(
      'CREATE TRIGGER pt_osc_webshop_users_del AFTER DELETE ON users FOR EACH ROW DELETE FROM _users_new WHERE id = OLD.id',
    );
    const error = await failure(up(folder));
    expect(error).toMatchObject({ code: 'refused', exitCode: 9 });
    const cleanUp = error.detail!['cleanUp'] as string[];
    expect(cleanUp).toEqual(['DROP TRIGGER `pt_osc_webshop_users_del`', 'DROP TABLE `_users_new`']);
    for (const statement of cleanUp) await webshop.admin.query(statement);
    expect(await up(folder, real(standIn('gh-ost', 'exit 0')))).toMatchObject({ level: 2 });
  });

  lane.test('a way that the tool does not have is said before it starts', async () => {
    const through = { ...target(), stream: () => Promise.reject(new Error('never')) as never };
    const run = onlineTool(through, new ProcessShell({ env: {} }), () => undefined);
    await expect(run({ tool: 'gh-ost', table: 'users', alter: 'x' }, SIGNALS)).rejects.toThrow(/with --no-forward/);
  });
});
