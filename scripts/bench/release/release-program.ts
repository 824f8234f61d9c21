import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildSync } from 'esbuild';
import type { Release } from '../../domain/release/release';
import type { SwarmLab } from '../../rehearsal/swarm-lab/swarm-lab';
import { measure } from '../migrations/process-run';
import { untilPublic } from './public-version';

const STACK = 'webshop-prod';
const HOST = 'example.org';

/** The release program on the lab's swarm. */
export class ReleaseProgram {
  private readonly program: string;
  private readonly settings: string;
  private versions: readonly string[] = [];

  constructor(
    root: string,
    private readonly lab: SwarmLab,
  ) {
    this.program = path.join(lab.folder, 'deploy.cjs');
    this.settings = lab.writeNodeSettings();
    const entryPoints = [path.join(root, 'scripts', 'node', 'main.ts')];
    buildSync({
      entryPoints,
      outfile: this.program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
    });
  }

  /**
   * Releases a version; milliseconds from the moment that the program has accepted it until the public gets it and no other, without
   * the watch, and the program's peak memory in MB.
   */
  async release(version: string): Promise<{ readonly milliseconds: number; readonly memory: number }> {
    const input = path.join(this.lab.folder, 'release.json');
    writeFileSync(input, JSON.stringify(releaseOf(version, await this.lab.pushVersion(version))));
    const since = performance.now();
    const [run, milliseconds] = await Promise.all([
      this.run('apply', input),
      untilPublic(this.lab.ports.https, HOST, version, since),
    ]);
    this.versions = [version, ...this.versions];
    return { milliseconds: milliseconds - run.firstWord, memory: run.memory };
  }

  /** Milliseconds of the switch back to the release before, whose tasks still run, as the record says. */
  async flipBack(): Promise<number> {
    const [live = '', before = ''] = this.versions;
    await this.run('rollback');
    await untilPublic(this.lab.ports.https, HOST, before, performance.now());
    this.versions = [before, live];
    return this.lastRecord().timings['switch'] ?? Number.NaN;
  }

  private async run(words: string, input?: string) {
    const env = { ...this.lab.dockerEnv, SLIPWAY_NODE_CONFIG: this.settings, SSH_ORIGINAL_COMMAND: words };
    const result = await measure([process.execPath, this.program], { env, ...(input !== undefined && { input }) });
    if (result.failure !== undefined) throw new Error(`deploy ${words}: ${result.failure}`);
    return result;
  }

  private lastRecord(): { readonly timings: Readonly<Record<string, number>> } {
    const lines = readFileSync(path.join(this.lab.state, 'release', STACK, 'records.jsonl'), 'utf8')
      .trim()
      .split('\n');
    return JSON.parse(lines.at(-1) ?? '{}') as { timings: Record<string, number> };
  }
}

function releaseOf(version: string, image: string): Release {
  return {
    format: 1,
    manifest: {
      stack: STACK,
      version,
      commit: '0123456789abcdef0123456789abcdef01234567',
      by: 'bench',
      routes: { web: { port: 8080, hosts: [HOST] } },
      check: { path: '/healthz', version: { path: '/version' } },
      watchSeconds: 0,
      drainSeconds: 0,
    },
    stack: {
      services: {
        web: {
          image,
          healthcheck: {
            test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'],
            interval: '1s',
            timeout: '2s',
            retries: 3,
            start_period: '10s',
          },
          deploy: { resources: { limits: { memory: '128M' } } },
        },
      },
    },
  };
}
