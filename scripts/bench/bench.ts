import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Workspace } from '../rehearsal/workspace';
import { asJson, type Benchmark, isKept, table } from './benchmark';
import { EmptyApp } from './empty-app';
import { durationOf, peakMemoryOf } from './programs';
import { releaseBenchmarks } from './release/bench';
import { inTurns, Samples } from './samples';

const ROOT = path.join(__dirname, '..', '..');
const RUNS = 5;
const SYNTH_RATIO = 1.2;
const START_RATIO = 1.5;
const START_MARGIN_MS = 150;
const MEMORY_MB = 400;

/** Synthesis of everything against the same cdktf on an empty app: our code may not be what one waits for. */
function synthTime(): Benchmark {
  const ours = Workspace.create(ROOT);
  const empty = new EmptyApp(ROOT);
  const cdktf = path.join(ROOT, 'node_modules', '.bin', 'cdktf');
  try {
    const [measured, peer] = inTurns(
      RUNS,
      () => durationOf(cdktf, ['synth'], ours.root),
      () => durationOf(cdktf, ['synth'], empty.root),
    );
    return {
      name: 'cdktf synth, all stacks',
      unit: 'ms',
      measured,
      peer: { name: 'an empty app', measured: peer },
      target: `<= ${SYNTH_RATIO} x`,
      limit: SYNTH_RATIO * peer.median,
    };
  } finally {
    ours.remove();
    empty.remove();
  }
}

/** The release tool against a Node.js that does nothing. */
function startTime(): Benchmark {
  const [measured, peer] = inTurns(
    2 * RUNS,
    () => durationOf('node', ['scripts/slipway.cjs', '--help'], ROOT),
    () => durationOf('node', ['-e', '0'], ROOT),
  );
  return {
    name: 'slipway --help',
    unit: 'ms',
    measured,
    peer: { name: 'node -e 0', measured: peer },
    target: `<= ${START_RATIO} x + ${START_MARGIN_MS} ms`,
    limit: START_RATIO * peer.median + START_MARGIN_MS,
  };
}

/** Memory of the app itself; a small machine must be able to synthesize. */
function synthMemory(): Benchmark {
  const { app } = JSON.parse(readFileSync(path.join(ROOT, 'cdktf.json'), 'utf8')) as { app: string };
  const measured = new Samples(Array.from({ length: RUNS }, () => peakMemoryOf(app.split(' ').slice(1), ROOT)));
  return { name: 'synthesis, peak memory', unit: 'MB', measured, target: `< ${MEMORY_MB} MB`, limit: MEMORY_MB };
}

/** Measured by a test, see `clientRuns`. */
const CLIENT = 'client';

/** What can be measured, by the word that asks for it alone. */
const BENCHMARKS: Readonly<Record<string, () => readonly Benchmark[] | Promise<readonly Benchmark[]>>> = {
  synth: () => [synthTime(), synthMemory()],
  start: () => [startTime()],
  release: releaseBenchmarks,
};

const NAMES = [...Object.keys(BENCHMARKS), CLIENT];

const USAGE = `npm run bench -- [${NAMES.join('] [')}] [--json]
  measures what is named, without a word everything and the migrations (npm run bench:migrations -- --help); exit 1 when a target is missed

Example:
  npm run bench -- ${CLIENT}`;

async function main(): Promise<void> {
  const { values: options, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const unknown = positionals.find(name => !NAMES.includes(name));
  if (unknown !== undefined) {
    const allowed = NAMES.join(', ');
    process.stderr.write(`bench: ${JSON.stringify(unknown)} is nothing to measure; allowed are ${allowed}\n`);
    process.exitCode = 2;
    return;
  }
  const done: Benchmark[] = [];
  for (const [name, measure] of Object.entries(BENCHMARKS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const benchmark of await measure()) {
      process.stderr.write(`${benchmark.name}: ${isKept(benchmark) ? 'ok' : 'not ok'}\n`);
      done.push(benchmark);
    }
  }
  const lines = done.map(one => `${JSON.stringify(asJson(one))}\n`).join('');
  if (done.length > 0) process.stdout.write(options.json ? lines : `\n${table(done)}\n`);
  const isWhole = positionals.length === 0;
  const clientRan = isWhole || positionals.includes(CLIENT) ? clientRuns() : true;
  const kept = done.every(isKept) && clientRan && (!isWhole || migrationsKeep(options.json));
  process.exitCode = kept ? 0 : 1;
}

/** Migrations have servers to start and fill, and words of their own: see scripts/bench/migrations. */
function migrationsKeep(json: boolean): boolean {
  const args = ['run', '--silent', 'bench:migrations', '--', ...(json ? ['--json'] : [])];
  return spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

/** What people type needs a node, a swarm and a remote, which the tests know how to make. */
function clientRuns(): boolean {
  const args = ['jest', '--selectProjects=bench', '--runInBand'];
  return spawnSync('npx', args, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

void main();
