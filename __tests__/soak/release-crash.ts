import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from '../../scripts/load/start-load';
import type { Running } from '../support/deploy-program';
import { visit } from '../support/node-visitor';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { publicLoad } from '../support/public-load';
import { sampleRelease, sampleService } from '../support/sample-release';
import type { SwarmWorld } from '../support/swarm-world';
import type { Random } from './random';

/** What happened over many rounds. */
export interface KillTally {
  /** Runs that were killed before their end. */
  killed: number;
  /** Runs that ended before the kill came. */
  missed: number;
  /** How often a killed run had already given the traffic to its release. */
  switched: number;
}

const STACK = 'webshop-prod';
const QUICK = { watchSeconds: 0, drainSeconds: 1 };
/** Beginnings of lines that a release says on its way. */
const SAID = ['check:', 'pull:', 'start:', 'wait:', 'list:', 'preview:', 'switch:', 'prove:', 'drain:', 'record:'];
/** How long a release takes here, about, and a way back. */
const RELEASE_MS = 6_500;
const WAY_BACK_MS = 1_500;

/**
 * A swarm whose release program is killed again and again, with visitors on the site. After each kill, the next run, whatever
 * it is, must find a true state: no lock, one release and all of it, and the public gets what `status` says.
 */
export class ReleaseCrash {
  private version = 0;
  private readonly tally: KillTally = { killed: 0, missed: 0, switched: 0 };

  private constructor(
    private readonly world: SwarmWorld,
    private readonly random: Random,
    readonly visitors: Load,
  ) {}

  /** @param seconds  for which there are visitors at most */
  static async open(world: SwarmWorld, random: Random, seconds: number): Promise<ReleaseCrash> {
    const image = await world.lab.pushVersion('0.0.0');
    const services = { worker: sampleService(image) };
    const first = await world.deploy.apply(sampleRelease({ version: '0.0.0', image, services, manifest: QUICK }));
    if (first.code !== 0) throw new Error(`the first release failed: ${first.stderr}`);
    return new ReleaseCrash(world, random, await publicLoad(world, { seconds }));
  }

  /** @throws Error with the seed when something is not true after a kill */
  async rounds(kills: number): Promise<KillTally> {
    while (this.tally.killed < kills) {
      const what = await this.harm();
      try {
        await this.next();
        await this.expectTrue();
      } catch (error) {
        const told = `seed ${this.random.seed}, after ${this.tally.killed} kills: ${what}`;
        throw new Error(`${told}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
    return this.tally;
  }

  /** Starts something and kills it on its way; says what. */
  private async harm(): Promise<string> {
    const { random, tally } = this;
    const isWayBack = random.chance(0.2);
    const { run, lines } = isWayBack
      ? { run: this.world.deploy.start('rollback'), lines: [] }
      : await this.startRelease();
    const line = random.chance(0.5) ? lines[random.between(0, lines.length - 1)] : undefined;
    if (line !== undefined) await run.said(new RegExp(`\\d\\. ${line}`)).catch(() => undefined);
    const longest = isWayBack ? WAY_BACK_MS : RELEASE_MS;
    const wait = random.between(0, line === undefined ? longest : 400);
    await Promise.race([delay(wait), run.ended]);
    run.process.kill('SIGKILL');
    const { signal, code, stderr } = await run.ended;
    if (signal === 'SIGKILL') tally.killed += 1;
    else tally.missed += 1;
    if (signal === 'SIGKILL' && stderr.includes('. switch:')) tally.switched += 1;
    // A rollback may find nothing to go back to.
    if (signal !== 'SIGKILL' && code !== 0 && code !== 9) throw new Error(`a run that nobody killed failed: ${stderr}`);
    return `killed ${wait} ms after ${line ?? 'its start'}:\n${stderr}`;
  }

  /** Starts a release, with the lines that it will say. */
  private async startRelease(): Promise<{ readonly run: Running; readonly lines: readonly string[] }> {
    const { world, random } = this;
    const version = this.nextVersion();
    const image = await world.lab.pushVersion(version);
    const [rolls, hooked] = [random.chance(0.3), random.chance(0.3)];
    const hook = [{ service: 'web', command: ['echo', 'hook'] }];
    const hooks = hooked ? { preSwitch: hook, postDeploy: hook } : {};
    const services = { worker: sampleService(rolls ? image : await world.lab.pushVersion('0.0.0')) };
    const lines = [...SAID, ...(rolls ? ['roll:'] : []), ...(hooked ? ['pre-switch:', 'post-deploy:'] : [])];
    const release = sampleRelease({ version, image, services, manifest: { ...QUICK, hooks } });
    return { run: world.deploy.start('apply', JSON.stringify(release)), lines };
  }

  /** What comes after the kill. */
  private async next(): Promise<void> {
    const { world, random } = this;
    const must = async (words: string, input = '') => {
      const { code, stderr } = await world.deploy.run(words, input);
      if (code !== 0) throw new Error(`${words} ended with ${String(code)}: ${stderr}`);
    };
    if (random.chance(0.5)) {
      const { lock, unfinished } = await world.status();
      if (lock !== undefined) throw new Error(`${lock.by} still holds the lock`);
      if (unfinished !== undefined) {
        // A rename just before the kill is followed within a moment.
        const isTold = async () => unfinished.public.includes(await this.publicVersion()) || undefined;
        await waitUntil(`the public gets ${unfinished.public.join()}`, 5_000, isTold);
      }
    }
    if (random.chance(0.75)) {
      await must('tidy');
      return;
    }
    const version = this.nextVersion();
    const image = await world.lab.pushVersion(version);
    const services = { worker: sampleService(await world.lab.pushVersion('0.0.0')) };
    await must('apply', JSON.stringify(sampleRelease({ version, image, services, manifest: QUICK })));
  }

  private async expectTrue(): Promise<void> {
    const { world } = this;
    const found = await world.status();
    const { lock, unfinished, dirty, services, version } = found;
    const wrong = services.filter(({ role, running, wanted }) => role === 'other' || running !== wanted);
    const said = { lock, unfinished, dirty, wrong, public: await this.publicVersion() };
    const right = { lock: undefined, unfinished: undefined, dirty: [], wrong: [], public: version };
    if (JSON.stringify(said) !== JSON.stringify(right)) {
      throw new Error(
        `found ${JSON.stringify(said)}, wanted ${JSON.stringify(right)}, services ${JSON.stringify(services)}`,
      );
    }
    const run = path.join(world.lab.state, 'run', STACK);
    // What Traefik has counted is nobody's release.
    const left = readdirSync(run).filter(name => !name.endsWith('.new') && name !== 'traffic.json');
    if (left.length > 0) throw new Error(`left in ${run}: ${left.join(', ')}`);
    for (const name of readdirSync('/dev/shm').filter(one => one.startsWith('slipway-deploy-'))) {
      const pid = name.split('-')[2] ?? '';
      if (!existsSync(`/proc/${pid}`)) throw new Error(`credentials of a killed run are left in /dev/shm/${name}`);
    }
    const { reasons } = await this.visitors.current();
    if (Object.keys(reasons).length > 0) throw new Error(`visitors lost requests: ${JSON.stringify(reasons)}`);
  }

  /** Version that a visitor gets. */
  private async publicVersion(): Promise<string> {
    const { headers } = await visit('https', this.world.lab.ports.https, 'example.org');
    return String(headers['x-version'] ?? '');
  }

  private nextVersion(): string {
    return `1.0.${(this.version += 1)}`;
  }
}
