import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseTarget, databaseTarget } from '../../scripts/adapters/database-target';
import { openSession } from '../../scripts/adapters/mysql-session';
import { ProcessShell } from '../../scripts/adapters/shell';
import { Ssh } from '../../scripts/adapters/ssh';
import type { SshTarget } from '../../scripts/domain/ssh/ssh-arguments';
import { migrationRunnerFor } from '../../scripts/migration/migration-runner-for';
import { certify, databaseTls } from '../support/certificates';
import { DATABASE_LANES } from '../support/database-servers';
import { attempt, family } from '../support/process-family';
import { makeKey, SSH_LANE, SshServer } from '../support/ssh-server';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';

const TEST_MS = 120_000;
const PROGRAM = '#!/bin/sh\necho "words: $SSH_ORIGINAL_COMMAND"\ncat\nexit 9\n';

/** A database that only the node reaches, by way of the node's real sshd and its restricted account. */
describe.each(DATABASE_LANES)('through the node to $kind', lane => {
  const both = lane.missing === undefined ? SSH_LANE.test : lane.test;
  const missing = lane.missing ?? SSH_LANE.missing;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-forward-'));
  const opened: Ssh[] = [];
  let server: DatabaseServer;
  let node: SshServer;

  jest.setTimeout(TEST_MS);
  beforeAll(async () => {
    if (missing !== undefined) return;
    server = await lane.open({ variables: databaseTls(folder) });
    node = await SshServer.start({ program: PROGRAM, forwardPort: server.port });
    await server.createSchema('webshop');
    writeFileSync(
      join(folder, '(1) users.sql'),
      'CREATE TABLE users (id INT PRIMARY KEY);\nINSERT INTO users VALUES (7);\n',
    );
    writeFileSync(join(folder, '(1) users.rollback.sql'), 'DROP TABLE users;\n');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    for (const ssh of opened) ssh.close();
    if (missing !== undefined) return;
    await node.stop();
    await server.stop();
  });

  const ssh = (changes: Partial<SshTarget> = {}) => {
    const made = new Ssh(
      {
        name: 'prod',
        user: node.account,
        hostKey: node.hostKey(),
        identity: node.identity,
        route: { via: 'direct', host: node.host, port: node.port },
        ...changes,
      },
      process.env,
    );
    opened.push(made);
    return made;
  };
  /** The database as the node knows it, with the certificates of this test and TLS also on loopback. */
  const through = (way: Ssh, changes: Partial<DatabaseTarget> = {}): DatabaseTarget => {
    const target = { ...databaseTarget(server.urlOf('webshop'), {}), host: 'localhost', tls: true, ...changes };
    return {
      certificates: join(folder, 'ca.pem'),
      ...target,
      stream: () => way.forward('127.0.0.1', target.port),
    };
  };
  const refusal = (target: DatabaseTarget) =>
    openSession(target).then(
      () => 'it was let in',
      (error: unknown) => (error as Error).message,
    );

  both('migrations are applied over TLS, and no port is opened on this machine', async () => {
    const before = listening();
    const done = await migrationRunnerFor({ target: through(ssh()), folder }).up({ waitSeconds: 1 });
    expect(done).toMatchObject({ level: 1 });
    const session = await openSession(through(ssh()));
    expect(await session.query('SELECT id FROM users')).toEqual([{ id: 7 }]);
    const [row] = await session.query<{ Value: string }>("SHOW STATUS LIKE 'Ssl_version'");
    expect(row?.Value).toMatch(/^TLSv1\.[23]$/);
    expect(listening().filter(port => !before.includes(port))).toEqual([]);
    await session.end();
  });

  both('another port than that of the database is not reached', async () => {
    expect(await refusal(through(ssh(), { port: 1 }))).toMatch(/forwards to the port of its database only/);
  });

  both('a node with another host key is not talked to', async () => {
    const hostKey = makeKey(join(folder, 'other-host'));
    expect(await refusal(through(ssh({ hostKey })))).toMatch(/has another host key than the node wrote into its vault/);
  });

  both('a key that the node does not know, or that is not there, is said to be that', async () => {
    makeKey(join(folder, 'unknown'));
    expect(await refusal(through(ssh({ identity: join(folder, 'unknown') })))).toMatch(/does not know this key/);
    expect(await refusal(through(ssh({ identity: join(folder, 'nowhere') })))).toMatch(/key file cannot be used/);
  });

  both('a node that does not answer is said to be that', async () => {
    const route = { via: 'direct', host: '127.0.0.1', port: 1 } as const;
    expect(await refusal(through(ssh({ route })))).toMatch(/the node cannot be reached/);
  });

  both(
    'a server whose certificate is for another name, or by somebody else, is not trusted with the password',
    async () => {
      expect(await refusal(through(ssh(), { host: 'database.example.org' }))).toMatch(/does not match certificate/);
      const certificates = join(folder, 'stranger.pem');
      certify(folder, 'stranger');
      expect(await refusal(through(ssh(), { certificates }))).toMatch(/self-signed certificate|unable to (verify|get)/);
    },
  );

  both('words run on the node with standard input, and their exit code is a result', async () => {
    const shell = new ProcessShell({ env: process.env });
    const result = await ssh().run(shell, ['status', '--json'], { write: false, input: 'a document\n' });
    expect(result).toMatchObject({ code: 9, stdout: 'words: status --json\na document\n' });
    const route = { via: 'direct', host: '127.0.0.1', port: 1 } as const;
    await expect(ssh({ route }).run(shell, ['status'], { write: false })).rejects.toThrow(/cannot be reached/);
  });
});

/** Ports that this process or one that it has started listens on. */
function listening(): string[] {
  const sockets = new Set(family().flatMap(socketsOf));
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return rows
    .map(row => row.trim().split(/\s+/))
    .flatMap(([, local = '', , state, , , , , , inode = '']) => (state === '0A' && sockets.has(inode) ? [local] : []));
}

/** Numbers of the sockets that a process has open. */
function socketsOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  const open = attempt(() => readdirSync(folder)) ?? [];
  return open.flatMap(fd => /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(`${folder}/${fd}`)) ?? '')?.[1] ?? []);
}
