import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';
import { TcpProxy } from '../../scripts/rehearsal/database-lab/tcp-proxy';
import type { DatabaseLane } from '../support/database-servers';
import { writeCrashMigrations } from './crash-migrations';
import { rowsOf, stateOf } from './database-state';
import type { Harm, Start } from './harm';
import type { Random } from './random';
import { type RunnerProcess, startRunner, wordsOf } from './runner-process';

/** What happened over many rounds of harm. */
export interface CrashTally {
  /** Runs that were harmed before their end. */
  harmed: number;
  /** Runs that ended before the harm came. */
  missed: number;
  rounds: number;
}

const SCHEMA = 'crash';
/** A run waits this long for the session of a killed one, which lives until its statement ends. */
const WAIT = ['--wait', '60'];

/**
 * One server, the migrations of `crash-migrations.ts`, and the real runner with somebody who does it harm. After each
 * round the schema, its rows and the history must be those of a run that nobody disturbed.
 */
export class CrashWorld {
  private constructor(
    readonly server: DatabaseServer,
    readonly proxy: TcpProxy,
    readonly root: string,
    /** State and history after an uninterrupted run. */
    readonly expected: string,
  ) {}

  static async open(server: DatabaseServer): Promise<CrashWorld> {
    const root = mkdtempSync(path.join(tmpdir(), 'slipway-crash-'));
    writeCrashMigrations(path.join(root, 'migrations'));
    const url = await server.createSchema(SCHEMA);
    const end = await startRunner(root, url, ['up']).ended;
    if (end.code !== 0) throw new Error(`an undisturbed run failed: ${wordsOf(end)}`);
    const expected = await endState(server, SCHEMA);
    return new CrashWorld(server, await TcpProxy.start(server), root, expected);
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** URL of the same schema through the proxy. */
  proxied(url: string): string {
    const through = new URL(url);
    [through.hostname, through.port] = ['127.0.0.1', `${this.proxy.port}`];
    return through.href;
  }

  run(url: string, args: readonly string[]): RunnerProcess {
    return startRunner(this.root, url, args);
  }

  /** URL of the schema of the rounds. */
  get url(): string {
    return this.server.urlOf(SCHEMA);
  }

  up(url: string): RunnerProcess {
    return this.run(url, ['up', ...WAIT]);
  }

  down(url: string): RunnerProcess {
    return this.run(url, ['down', '--to', '0', '--yes', ...WAIT]);
  }

  state(schema = SCHEMA): Promise<string> {
    return endState(this.server, schema);
  }

  /**
   * Rounds of `slipway migrate up` from an empty schema, harmed until it gets through all the same, and, every third
   * time, back `down` in the same way.
   *
   * @param harms  how many runs to harm before the last round ends
   * @throws Error with the seed when a round ends wrong, or when a run fails that nobody has harmed
   */
  async rounds(harms: number, random: Random, harm: Harm): Promise<CrashTally> {
    const tally: CrashTally = { harmed: 0, missed: 0, rounds: 0 };
    while (tally.harmed < harms) {
      tally.rounds += 1;
      const told = () => `seed ${random.seed}, round ${tally.rounds}, after ${tally.harmed} harmed runs`;
      const untilDone = async (start: Start) => {
        for (;;) {
          const trying = tally.harmed < harms;
          const run = trying ? await harm(this, random, start) : { harmed: false, end: await start(this.url).ended };
          if (run.harmed) tally.harmed += 1;
          else if (trying) tally.missed += 1;
          if (run.end.code === 0) return;
          if (!run.harmed) throw new Error(`${told()}: a run that nobody harmed ended with ${wordsOf(run.end)}`);
        }
      };
      await this.server.createSchema(SCHEMA);
      await untilDone(address => this.up(address));
      same(await this.state(), this.expected, told());
      if (tally.rounds % 3 !== 0) continue;
      await untilDone(address => this.down(address));
      same(await this.state(), '', `${told()}, down`);
    }
    return tally;
  }
}

/** Registers the hooks that open and close the world of a lane; what it answers can be used in tests only. */
export function useCrashWorld(lane: DatabaseLane, timeoutMs: number): () => CrashWorld {
  const cleanUp: (() => Promise<unknown>)[] = [];
  let world: CrashWorld | undefined;
  beforeAll(async () => {
    if (lane.missing !== undefined) return;
    const server = await lane.open();
    cleanUp.unshift(() => server.stop());
    const opened = await CrashWorld.open(server);
    cleanUp.unshift(() => opened.close());
    world = opened;
  }, timeoutMs);
  afterAll(async () => {
    for (const end of cleanUp) await end();
  }, timeoutMs);
  return () => {
    if (!world) throw new Error('the world is there in tests only');
    return world;
  };
}

/** State of a schema and what the history says about it, without times and connection numbers. */
async function endState(server: DatabaseServer, schema: string): Promise<string> {
  const connection = await server.connect(schema);
  try {
    const history = await rowsOf(
      connection,
      `SELECT seq, name, state, stmt_total, stmt_done, HEX(up_sha256) AS up, HEX(down_sha256) AS down
       FROM schema_migration ORDER BY seq`,
    );
    return [await stateOf(connection), ...history.map(row => JSON.stringify(row))].filter(Boolean).join('\n');
  } finally {
    await connection.end();
  }
}

/** @throws Error with the first lines that differ */
function same(actual: string, expected: string, told: string): void {
  if (actual === expected) return;
  const [is, should] = [actual.split('\n'), expected.split('\n')];
  const extra = is.filter(line => !should.includes(line)).slice(0, 10);
  const missing = should.filter(line => !is.includes(line)).slice(0, 10);
  throw new Error(`${told}: wrong end\n+ ${extra.join('\n+ ')}\n- ${missing.join('\n- ')}`);
}
