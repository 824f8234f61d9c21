import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type DatabaseServer, startDatabase } from '../../rehearsal/database-lab/database-server';
import { cacheFolder, DATABASE_KINDS } from '../../rehearsal/database-lab/programs';
import { allClients, type Client, versions } from './clients';
import { contest } from './contest';
import { isPromiseKept, type Promised, promiseLine, scoreAsJson, scoreTable } from './report';
import { verifyCost } from './verify-cost';
import { bigFile, manyMigrations, type Workload } from './workload';

/**
 * `npm run bench:migrations`: what the runner costs against the server's own client, and beside three other tools.
 * Two servers, durable as in production; a round gives each client an empty schema, and the rows are counted.
 */
const USAGE = `npm run bench:migrations -- [--server mariadb|mysql] [--only many,big,huge,verify] [--rounds 5] [--peers none] [--relaxed] [--json]
  huge is a file of 500 MB, once; it runs only when it is named`;

const MIGRATIONS = 1_000;
const BIG_MB = 50;
const HUGE_MB = 500;
const MANY_RATIO = 1.5;
const BIG_RATIO = 1.1;
const MEMORY_MB = 80;
const VERIFY_RATIO = 3;

const { values: options } = parseArgs({
  options: {
    server: { type: 'string', multiple: true, default: [...DATABASE_KINDS] },
    only: { type: 'string', default: 'many,big,verify' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string', default: 'all' },
    relaxed: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const wanted = options.only.split(',');
const progress = (line: string) => process.stderr.write(`${line}\n`);
const print = (text: string, json: Record<string, unknown>) =>
  process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${text}\n`);

/** One workload on one server; answers what it promised. */
async function compare(
  server: DatabaseServer,
  workload: Workload,
  clients: readonly Client[],
  rounds: number,
  ratio: number,
): Promise<Promised[]> {
  const scores = await contest(server, workload, clients, rounds, progress);
  const title = `\n${server.kind} ${server.version}: ${workload.name}, ${rounds} rounds`;
  if (options.json) for (const score of scores) print('', scoreAsJson(server.version, workload.name, score));
  else print(scoreTable(title, scores), {});
  const ours = scores.find(({ client }) => client === 'slipway');
  return [
    { what: `${server.kind}, ${workload.name}, times the pipe`, value: ours?.ratio, limit: ratio },
    { what: `${server.kind}, ${workload.name}, memory in MB`, value: ours?.memory?.most, limit: MEMORY_MB },
  ];
}

async function benchmark(server: DatabaseServer, folder: string): Promise<Promised[]> {
  const at = (name: string) => {
    const inner = path.join(folder, name);
    mkdirSync(inner, { recursive: true });
    return inner;
  };
  const all = allClients(folder);
  const [pipe, ours] = all;
  const clients = options.peers === 'none' ? all.slice(0, 2) : all;
  const rounds = Number(options.rounds);
  const kept: Promised[] = [];
  if (wanted.includes('many')) {
    kept.push(...(await compare(server, manyMigrations(at('many'), MIGRATIONS), clients, rounds, MANY_RATIO)));
  }
  if (wanted.includes('big')) {
    kept.push(...(await compare(server, bigFile(at('big'), BIG_MB), clients, rounds, BIG_RATIO)));
  }
  if (wanted.includes('huge') && pipe && ours) {
    kept.push(...(await compare(server, bigFile(at('huge'), HUGE_MB), [pipe, ours], 1, BIG_RATIO)));
  }
  if (wanted.includes('verify')) {
    const { ratio, text } = await verifyCost(server, at('verify'), rounds);
    print(`\n${server.kind} ${server.version}: ${text}`, { server: server.version, workload: 'verify', ratio });
    kept.push({
      what: `${server.kind}, verify of one migration, times its up, down and up`,
      value: ratio,
      limit: VERIFY_RATIO,
    });
  }
  return kept;
}

async function main(): Promise<void> {
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  progress(versions());
  const promises: Promised[] = [];
  for (const kind of DATABASE_KINDS.filter(one => options.server.includes(one))) {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bench-'));
    const server = await startDatabase(kind, { cache: cacheFolder(process.env), durable: !options.relaxed });
    const clear = async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    // Ctrl-C must not leave a server behind.
    const interrupted = () => void clear().then(() => process.exit(130));
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    try {
      promises.push(...(await benchmark(server, folder)));
    } finally {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      await clear();
    }
  }
  print(`\n${promises.map(promiseLine).join('\n')}`, { promises });
  process.exitCode = promises.every(isPromiseKept) ? 0 : 1;
}

void main();
