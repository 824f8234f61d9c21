import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import type { ReleaseRecord } from '../../scripts/domain/release/history';
import { type Benchmark, table } from '../../scripts/bench/benchmark';
import { NO_MORE_CERTIFICATES } from '../../scripts/bench/programs';
import { Samples } from '../../scripts/bench/samples';
import type { SwarmApplication } from '../../stacks/swarm/application';
import { resultOf } from '../support/client-process';
import type { Checkout } from '../support/git-world';
import type { Project } from '../support/project';
import { ReleaseStage, STAGE_LANE } from '../support/release-stage';
import { SHOP_SWARM, WEB } from '../support/shop';
import { SWARM_START_MS } from '../support/swarm-lab';

/**
 * `npm run bench -- client`: the commands that people type, against what the node needs by itself. It has to have a node, a swarm and
 * a remote, which the lanes know how to make, and says how long things took without an opinion of its own.
 */
const RUNS = 5;
const TAGS = 5_000;
const MINUTE = 60_000;

const swarm: SwarmApplication = {
  services: { web: WEB },
  routes: { web: { port: 8080 } },
  check: { path: '/healthz', version: { path: '/version' } },
  registry: SHOP_SWARM.registry!,
};

let stage: ReleaseStage | undefined;
beforeAll(async () => {
  if (STAGE_LANE.missing === undefined) stage = await ReleaseStage.open();
}, SWARM_START_MS);
afterAll(() => stage?.close(), SWARM_START_MS);

/** Milliseconds that something takes. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Without the looks of the lanes at every process, which take time of their own. */
async function good(project: Project, line: string): Promise<string> {
  const { code, stdout, stderr } = await resultOf(project.start(line, NO_MORE_CERTIFICATES));
  if (code !== 0) throw new Error(`${line}: ${stderr}`);
  return stdout;
}

/** A release with the watch and the drain that one gets without asking, against the time that the node's own record says. */
async function deployments(anna: Checkout, project: Project): Promise<Benchmark> {
  const [whole, own]: number[][] = [[], []];
  for (let run = 0; run <= RUNS; run += 1) {
    const commit = anna.commit('readme.txt', `Shop ${run}.\n`);
    anna.git('push', '--quiet', 'origin', 'develop');
    await good(project, `build --commit ${commit}`);
    const taken = await time(() => good(project, `deploy dev --commit ${commit} --yes`));
    const [newest = '{}'] = (await good(project, '--json releases dev --stack webshop-dev --limit 1')).split('\n');
    const { startedAt, finishedAt } = JSON.parse(newest) as ReleaseRecord;
    if (run === 0) continue;
    whole?.push(taken);
    own?.push(Date.parse(finishedAt) - Date.parse(startedAt));
  }
  const peer = { name: "the node's own apply", measured: new Samples(own ?? []) };
  const limit = 1.25 * peer.measured.median;
  return { name: 'slipway deploy', unit: 'ms', measured: new Samples(whole ?? []), peer, target: '<= 1.25 x', limit };
}

/** `status`, against the cheapest that the account may ask over a connection of its own. */
async function status({ node }: ReleaseStage, project: Project): Promise<Benchmark> {
  const [ours, bare]: number[][] = [[], []];
  for (let run = 0; run <= RUNS; run += 1) {
    const asked = await time(() => good(project, 'status dev --stack webshop-dev'));
    const connected = await time(async () =>
      execFileSync('ssh', [...node.options(), node.destination, 'version'], { stdio: 'pipe' }),
    );
    if (run === 0) continue;
    ours?.push(asked);
    bare?.push(connected);
  }
  const peer = { name: 'ssh node version', measured: new Samples(bare ?? []) };
  const limit = 1.5 * peer.measured.median;
  return { name: 'slipway status', unit: 'ms', measured: new Samples(ours ?? []), peer, target: '<= 1.5 x', limit };
}

async function dryRun({ git }: ReleaseStage, project: Project): Promise<Benchmark> {
  git.tag(...Array.from({ length: TAGS }, (_one, index) => `2016${String(10 + (index % 3))}.${index + 1}`));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await time(() => good(project, '--dry-run release --yes')));
  const measured = new Samples(times);
  return { name: `slipway release --dry-run, ${TAGS} tags`, unit: 'ms', measured, target: '< 3000 ms', limit: 3_000 };
}

STAGE_LANE.test(
  'what people wait for',
  async () => {
    const world = stage!;
    const anna = world.git.clone('anna');
    const project = world.project(anna, { swarm });
    const done = [await deployments(anna, project), await status(world, project), await dryRun(world, project)];
    process.stdout.write(`\n${table(done)}\n`);
    expect(done).toHaveLength(3);
  },
  15 * MINUTE,
);
