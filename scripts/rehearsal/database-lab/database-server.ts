import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { type Service, startService } from '../../adapters/service';
import type { Command } from '../../adapters/shell';
import { SlipwayError } from '../../domain/slipway-error';
import { freePort } from '../emulated-aws';
import { baseArguments, makeDataFolder } from './data-folder';
import { type DatabaseKind, type DatabasePrograms, findPrograms, INSTALL_DATABASES } from './programs';

/**
 * A real database server for a test, a benchmark or a rehearsal:
 *
 *     const server = await startDatabase('mysql', { cache: cacheFolder(process.env) });
 *     const url = await server.createSchema('shop');        // mysql://root@127.0.0.1:41234/shop
 *     await server.kill('SIGKILL');
 *     await server.restart();
 *     await server.stop();                                  // and nothing is left
 */
export interface DatabaseServer {
  readonly kind: DatabaseKind;
  /** As the server says it, e.g. `10.11.18-MariaDB-0+deb12u1`. */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** Undefined for a server that was there before us, which cannot be killed or restarted either. */
  readonly pid: number | undefined;
  readonly socket: string | undefined;
  /** URL of a schema, or of the server without one. */
  urlOf(schema?: string): string;
  /** The command line client, ready to be given a schema and SQL on its standard input. */
  readonly client: Command | undefined;
  /** A connection of the user who may do everything. */
  connect(schema?: string): Promise<Connection>;
  /** Makes an empty schema, in the place of one of that name, and returns its URL. */
  createSchema(name: string): Promise<string>;
  /** Sends a signal to the server; resolves when it is gone, or at once for a signal that does not end it. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts the server again on the same port and data, and resolves when it answers. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
  /** Lets the server outlive this process. */
  release(): void;
}

export interface DatabaseOptions {
  /** Folder in which `install.sh` keeps the servers; see `cacheFolder`. */
  readonly cache: string;
  /**
   * Whether a commit and its binary log are on the disk when it returns, as on RDS.
   * @default - false: the data survives a kill of the server but not a power cut, and tests are faster
   */
  readonly durable?: boolean;
  /** Server variables by name. @default - the server's own */
  readonly variables?: Readonly<Record<string, string | number>>;
}

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGQUIT', 'SIGABRT'];

/**
 * Starts a server of its own data on a free port.
 *
 * @throws SlipwayError when the server was not unpacked on this machine, or does not come up within a minute
 */
export async function startDatabase(kind: DatabaseKind, options: DatabaseOptions): Promise<DatabaseServer> {
  const programs = findPrograms(kind, options.cache);
  if (!programs)
    throw new SlipwayError(`${kind} is missing in ${options.cache}; get it with: ${INSTALL_DATABASES} ${kind}`);
  const folder = mkdtempSync(path.join(tmpdir(), `slipway-${kind}-`));
  try {
    makeDataFolder(kind, programs, path.join(folder, 'data'));
    const server = new LocalServer(kind, programs, folder, await freePort(), options);
    await server.restart();
    return server;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

class LocalServer implements DatabaseServer {
  readonly host = HOST;
  readonly client: Command;
  readonly socket: string;
  version = '';
  private service: Service | undefined;

  constructor(
    readonly kind: DatabaseKind,
    private readonly programs: DatabasePrograms,
    private readonly folder: string,
    readonly port: number,
    private readonly options: DatabaseOptions,
  ) {
    this.socket = path.join(folder, 'socket');
    this.client = [
      programs.client,
      '--no-defaults',
      '--user=root',
      '--protocol=tcp',
      `--host=${HOST}`,
      `--port=${port}`,
    ];
  }

  get pid(): number | undefined {
    return this.service?.pid;
  }

  urlOf(schema = ''): string {
    return `mysql://root@${HOST}:${this.port}/${schema}`;
  }

  connect(schema?: string): Promise<Connection> {
    return createConnection({
      host: HOST,
      port: this.port,
      user: 'root',
      multipleStatements: true,
      ...(schema !== undefined && { database: schema }),
    });
  }

  async createSchema(name: string): Promise<string> {
    const admin = await this.connect();
    await admin.query(`DROP DATABASE IF EXISTS \`${name}\`; CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
    await admin.end();
    return this.urlOf(name);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (!this.service || this.service.hasEnded()) return;
    process.kill(this.service.pid, signal);
    if (ENDING_SIGNALS.includes(signal)) await this.service.ended;
  }

  async restart(): Promise<void> {
    await this.service?.stop();
    const log = path.join(this.folder, 'log');
    const service = startService([this.programs.server, ...this.arguments()], {}, log);
    this.service = service;
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const version = await this.askVersion();
      if (version !== undefined) {
        this.version = version;
        return;
      }
      if (service.hasEnded() || Date.now() > deadline) {
        await service.stop();
        const last = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ');
        throw new SlipwayError(`${this.kind} ${this.programs.version} did not start: ${last}`);
      }
      await delay(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  release(): void {
    this.service?.release();
  }

  private arguments(): string[] {
    return [
      ...baseArguments(this.programs, path.join(this.folder, 'data')),
      `--socket=${this.socket}`,
      `--pid-file=${path.join(this.folder, 'pid')}`,
      `--port=${this.port}`,
      `--bind-address=${HOST}`,
      '--secure-file-priv=',
      '--max-allowed-packet=64M',
      ...(this.kind === 'mysql' ? ['--mysqlx=OFF'] : []),
      ...this.durability(),
      ...Object.entries(this.options.variables ?? {}).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`),
    ];
  }

  private durability(): string[] {
    if (this.options.durable) return ['--log-bin=binlog', '--server-id=1', '--sync-binlog=1'];
    return ['--skip-log-bin', '--innodb-flush-log-at-trx-commit=2'];
  }

  private async askVersion(): Promise<string | undefined> {
    try {
      const admin = await this.connect();
      const [rows] = await admin.query('SELECT VERSION() AS version');
      await admin.end();
      return (rows as { version: string }[])[0]?.version;
    } catch {
      return undefined;
    }
  }
}
