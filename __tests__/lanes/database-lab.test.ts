import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';
import { DATABASE_LANES } from '../support/database-servers';

const MINUTE = 60_000;

/** The servers that the other lanes stand on. */
describe.each(DATABASE_LANES)('the database lab on $kind', lane => {
  const own = lane.ours ? lane.test : lane.test.skip;
  let server: DatabaseServer;

  beforeAll(async () => {
    if (!lane.missing) server = await lane.open({ variables: { max_connections: 77 } });
  }, MINUTE);

  lane.test('is a real server of that kind, which runs as it was asked to', async () => {
    expect(/mariadb/i.test(server.version)).toBe(lane.kind === 'mariadb');
    if (!lane.ours) return;
    const admin = await server.connect();
    const [[row]] = (await admin.query('SELECT @@max_connections AS most')) as unknown as [[{ most: number }]];
    await admin.end();
    expect(row.most).toBe(77);
  });

  lane.test('makes an empty schema in the place of one that was there', async () => {
    expect(await server.createSchema('slipway_lab')).toBe(server.urlOf('slipway_lab'));
    const first = await server.connect('slipway_lab');
    await first.query('CREATE TABLE left_over (id INT)');
    await first.end();
    await server.createSchema('slipway_lab');
    const second = await server.connect('slipway_lab');
    const [tables] = await second.query('SHOW TABLES');
    await second.end();
    expect(tables).toEqual([]);
  });

  own(
    'comes back after a kill, on the same port and with what was committed',
    async () => {
      const url = await server.createSchema('slipway_lab');
      const before = await server.connect('slipway_lab');
      await before.query('CREATE TABLE kept (id INT PRIMARY KEY); INSERT INTO kept VALUES (42)');
      const { pid } = server;
      await server.kill('SIGKILL');
      await expect(server.connect()).rejects.toThrow(/ECONNREFUSED/);
      await server.restart();
      expect(server.pid).not.toBe(pid);
      expect(server.urlOf('slipway_lab')).toBe(url);
      const after = await server.connect('slipway_lab');
      const [rows] = await after.query('SELECT id FROM kept');
      await after.end();
      before.destroy();
      expect(rows).toEqual([{ id: 42 }]);
    },
    MINUTE,
  );

  own(
    'keeps its temporary tables when another server starts',
    async () => {
      await server.createSchema('slipway_lab');
      const session = await server.connect('slipway_lab');
      await session.query('CREATE TEMPORARY TABLE passing (id INT) ENGINE=MyISAM; INSERT INTO passing VALUES (42)');
      await (await lane.open()).stop();
      const [rows] = await session.query('SELECT id FROM passing');
      await session.query('DROP TEMPORARY TABLE passing');
      await session.end();
      expect(rows).toEqual([{ id: 42 }]);
    },
    MINUTE,
  );

  afterAll(async () => {
    if (lane.missing) return;
    const { pid, socket } = server;
    await server.stop();
    if (!lane.ours) return;
    // Nothing is left: neither the process nor its data.
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(path.dirname(socket!))).toBe(false);
  }, MINUTE);
});
