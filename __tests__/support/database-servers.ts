import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { databaseTarget, type MysqlSession, openSession } from '../../scripts/adapters/mysql-session';
import {
  type DatabaseOptions,
  type DatabaseServer,
  startDatabase,
} from '../../scripts/rehearsal/database-lab/database-server';
import { existingDatabase } from '../../scripts/rehearsal/database-lab/existing-server';
import {
  cacheFolder,
  type DatabaseKind,
  DATABASE_KINDS,
  findPrograms,
  INSTALL_DATABASES,
} from '../../scripts/rehearsal/database-lab/programs';
import { type Lane, requireParts } from './lane';

const ROOT = path.join(__dirname, '..', '..');
/** MySQL makes its data folder in this, on a machine that does other things as well. */
const START_MS = 120_000;

/** A lane that needs a real server of one kind. */
export interface DatabaseLane extends Lane {
  readonly kind: DatabaseKind;
  /** Whether the server is our own, so that it may be killed. */
  readonly ours: boolean;
  /** Starts a server (MariaDB in one second, MySQL in four); `stop` it in `afterAll`. */
  open(options?: Omit<DatabaseOptions, 'cache'>): Promise<DatabaseServer>;
}

/**
 * The lane of a server:
 *
 *     describe.each(DATABASE_LANES)('on $kind', lane => {
 *       let server: DatabaseServer;
 *       beforeAll(async () => {
 *         if (!lane.missing) server = await lane.open();
 *       }, MINUTE);
 *       afterAll(() => server?.stop());
 *       lane.test('...', async () => { const url = await server.createSchema('shop'); ... });
 *     });
 *
 * The servers are unpacked once a machine, without root. With SLIPWAY_TEST_MYSQL_URL the MySQL lanes use that server.
 */
function databaseLane(kind: DatabaseKind): DatabaseLane {
  const existing = kind === 'mysql' ? process.env['SLIPWAY_TEST_MYSQL_URL'] : undefined;
  const cache = cacheFolder(process.env);
  const missing = existing === undefined ? unpack(kind, cache) : undefined;
  // No program has such a name, so the part counts as missing.
  const part = { program: `${kind} of the database lab`, install: `${INSTALL_DATABASES} ${kind}${missing ?? ''}` };
  return {
    ...requireParts(missing === undefined ? [] : [part]),
    kind,
    ours: existing === undefined,
    open: options =>
      existing === undefined ? startDatabase(kind, { cache, ...options }) : existingDatabase(kind, existing),
  };
}

/** Why a server cannot be had; undefined when it is there. */
function unpack(kind: DatabaseKind, cache: string): string | undefined {
  if (findPrograms(kind, cache)) return undefined;
  const install = spawnSync(path.join(ROOT, INSTALL_DATABASES), [kind], { encoding: 'utf8' });
  if (install.status === 0 && findPrograms(kind, cache)) return undefined;
  const reason = install.error?.message ?? install.stderr.trim().split('\n').at(-1) ?? '';
  return ` (it said: ${reason})`;
}

/** A server of the lane with a schema `webshop`, for the tests of one `describe`. */
export interface Webshop {
  readonly server: DatabaseServer;
  readonly url: string;
  /** A session in the schema, which may be silent while other sessions work. */
  readonly admin: MysqlSession;
  /** A folder for files. */
  readonly root: string;
}

/** Registers the hooks that open and close it; what it answers can be used in tests only. */
export function useWebshop(lane: DatabaseLane): Webshop {
  const root = mkdtempSync(path.join(tmpdir(), 'slipway-webshop-'));
  let opened: Omit<Webshop, 'root'> | undefined;
  beforeAll(async () => {
    if (lane.missing !== undefined) return;
    const server = await lane.open();
    const url = await server.createSchema('webshop');
    const admin = await openSession(databaseTarget(url, {}));
    await admin.execute('SET SESSION wait_timeout = 3600');
    opened = { server, url, admin };
  }, START_MS);
  afterAll(async () => {
    rmSync(root, { recursive: true });
    await opened?.admin.end();
    await opened?.server.stop();
  }, START_MS);
  const the = () => {
    if (!opened) throw new Error('the server is there in tests only');
    return opened;
  };
  return {
    root,
    get server() {
      return the().server;
    },
    get url() {
      return the().url;
    },
    get admin() {
      return the().admin;
    },
  };
}

export const DATABASE_LANES: readonly DatabaseLane[] = DATABASE_KINDS.map(databaseLane);
