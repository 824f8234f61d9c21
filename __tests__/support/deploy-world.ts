import type { NodeStatus } from '../../scripts/domain/deploy/node-status';
import type { SchemaPlan } from '../../scripts/domain/deploy/schema-plan';
import type { Refusal } from '../../scripts/domain/guard/refusal';
import type { Release } from '../../scripts/domain/release/release';
import { ExitCode } from '../../scripts/domain/exit-code';
import { SlipwayError } from '../../scripts/domain/slipway-error';
import { Git } from '../../scripts/adapters/git';
import type { ImageFacts } from '../../scripts/adapters/registry';
import type { Deployable } from '../../scripts/release/deploy';
import type { DeployPorts, EnvironmentPort } from '../../scripts/release/deploy-ports';
import { REVISION_LABEL } from '../../scripts/release/images';
import { type Answer, FakeShell } from './fake-project';
import { digest } from './release-documents';

/** A commit with a digit that tells it from the others. */
export const commit = (letter: string) => letter.repeat(40);
export const REPOSITORY = 'registry.example.org/shop';

export const SHOP: Deployable = {
  versions: { scheme: 'YYYYMM.N' },
  image: { repository: REPOSITORY },
  swarm: {
    services: { web: { deploy: { resources: { limits: { memory: '128M' } } } } },
    ...{ routes: { web: { port: 8080 } }, check: { path: '/healthz' } },
  },
};

/** The image of a commit, with a digest of the same letter. */
export function imageOf(letter: string, labels = { [REVISION_LABEL]: commit(letter) }): ImageFacts {
  return { digest: digest(letter), architectures: ['amd64'], labels };
}

/** What Git says about who descends from whom; `known` are the commits of the clone, the oldest first, one after the other. */
export function lineage(known: readonly string[], beside: readonly string[] = []): Answer {
  return ([, verb, ...words]) => {
    const all = [...known, ...beside];
    if (verb === 'cat-file') return { code: all.includes((words[1] ?? '').replace('^{commit}', '')) ? 0 : 128 };
    if (verb !== 'merge-base') return undefined;
    const [part, whole] = words.slice(1).map(one => known.indexOf(one));
    return { code: part! >= 0 && part! <= whole! ? 0 : 1 };
  };
}

/** Everything that a deployment reads or changes, in memory: it notes what is done, and fails where it is told to. */
export class DeployWorld {
  readonly acts: string[] = [];
  readonly logged: string[] = [];
  readonly images = new Map<string, ImageFacts>();
  readonly asked: string[] = [];
  applied: Release | undefined;
  live: Release | undefined;
  refusals: readonly Refusal[] = [];
  plan: SchemaPlan = { before: [], after: [], level: 0 };
  git: Answer = lineage([]);
  protect = true;
  hasSchema = true;
  hasAssets = true;
  hasCdn = true;
  /** Act that fails, by its beginning, and how. */
  failing: { readonly act: string; readonly error: unknown } | undefined;

  status: NodeStatus = {
    ...{ stack: 'webshop-prod', version: null, commit: null, services: [], dirty: [], migrationLevel: null },
  };

  /** Lets a release of a commit serve. */
  serve(release: Release): void {
    const { version, commit: of } = release.manifest;
    const services = Object.entries(release.stack.services).map(([service, { image }]) => ({
      ...({ service, image, role: 'live', running: 1, wanted: 1 } as const),
    }));
    this.live = release;
    this.status = { ...this.status, version, commit: of, services };
  }

  fail(act: string, exitCode: ExitCode = ExitCode.VerificationFailed): void {
    this.failing = { act, error: new SlipwayError(`${act} does not work`, exitCode) };
  }

  get ports(): DeployPorts {
    return {
      git: new Git(new FakeShell((command, options) => this.git(command, options)), '/shop', 'origin'),
      environment: this.environment,
      find: async tag => {
        this.asked.push(tag);
        return this.images.get(tag);
      },
      refusals: async of => {
        this.acts.push(`guards of ${of.slice(0, 7)}`);
        return this.refusals;
      },
      ...(this.hasSchema && {
        schema: async (of, work) => {
          await this.act(`open the schema of ${of.slice(0, 7)}`);
          try {
            return await work({
              plan: async () => this.plan,
              up: (to, version) => this.act(`up (${to}) for ${version}`),
            });
          } finally {
            this.acts.push('close the schema');
          }
        },
      }),
      ...(this.hasAssets && {
        publishAssets: (version, of) => this.act(`assets of ${version} ${of.slice(0, 10)}`),
      }),
      ...(this.hasCdn && { purge: () => this.act('purge') }),
      timed: (_what, work) => work(),
      log: line => void this.logged.push(line),
    };
  }

  get environment(): EnvironmentPort {
    return {
      ...{ name: 'prod', stack: 'webshop-prod', protect: this.protect },
      status: async () => this.status,
      show: async () => this.live,
      check: () => void this.acts.push('check'),
      plan: () => Promise.reject(new Error('nobody asks for a plan')),
      apply: async release => {
        await this.act(`apply ${release.manifest.version}`);
        this.applied = release;
      },
      verify: version => this.act(`verify ${version}`),
    };
  }

  private async act(what: string): Promise<void> {
    this.acts.push(what);
    if (this.failing && what.startsWith(this.failing.act)) throw this.failing.error;
  }
}
