import { type Application, application as configured } from '../../stacks/environments/application';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Deployer } from '../release/deployer';
import { continueHotfix, finishHotfix, pickIntoHotfix, pushHotfix, startHotfix } from '../release/hotfix';
import type { Action } from './action';
import type { Context } from './context';
import { deployerOf } from './deployer-of';
import { finalizePorts } from './finalize';
import { repositoryOf } from './released-application';

/** What is mended, and how production is asked. */
export interface HotfixWorld {
  readonly application: Application;
  /** @default - the nodes of the environments; without those, the pipeline deploys and nobody is asked */
  readonly deployer?: Deployer;
}

export interface StartOptions {
  /** @default - what production serves */
  readonly release?: string;
  readonly reference?: string;
}

export interface FinishOptions {
  /** @default - that of the branch */
  readonly version?: string;
  readonly edit: boolean;
  readonly override: readonly string[];
  readonly reason?: string;
}

const CONFIGURED: HotfixWorld = { application: configured };

export function hotfixStart({ release, reference }: StartOptions, world: HotfixWorld = CONFIGURED): Action {
  return changing(async context => {
    const of = release ?? (await (await liveOf(context, world))?.())?.version;
    if (of === undefined) throw new SlipwayError('no release is named; type `slipway hotfix start <release>`');
    const git = repositoryOf(context, world.application);
    const started = await startHotfix(git, world.application, { of, ...(reference !== undefined && { reference }) });
    const from = started.base === undefined ? 'which was there already' : `from ${started.base}`;
    return { say: `on ${started.branch}, ${from}`, facts: { ...started } };
  });
}

export function hotfixPick(commits: readonly string[], { application }: HotfixWorld = CONFIGURED): Action {
  return changing(async context => {
    const branch = await pickIntoHotfix(repositoryOf(context, application), commits);
    return { say: `${branch}: picked`, facts: { branch, commits } };
  });
}

export function hotfixContinue({ application }: HotfixWorld = CONFIGURED): Action {
  return changing(async context => {
    const branch = await continueHotfix(repositoryOf(context, application));
    return { say: `${branch}: picked`, facts: { branch } };
  });
}

export function hotfixPush({ application }: HotfixWorld = CONFIGURED): Action {
  return changing(async context => {
    const pushed = await pushHotfix(repositoryOf(context, application));
    return { say: `${pushed.branch}: pushed (${pushed.commit.slice(0, 7)})`, facts: { ...pushed } };
  });
}

export function hotfixFinish(options: FinishOptions, world: HotfixWorld = CONFIGURED): Action {
  return changing(async context => {
    const { application } = world;
    const live = await liveOf(context, world);
    const ports = { finalizing: await finalizePorts(context, application, options.edit), ...(live && { live }) };
    const wish = { guards: options.override, ...(options.reason !== undefined && { why: options.reason }) };
    const { version, merged, tagged, ...facts } = await finishHotfix(ports, application, options.version, wish);
    const isNew = tagged || merged.length > 0;
    return {
      say: `${version}: ${isNew ? 'merged and tagged' : 'already merged and tagged'}`,
      facts: { version, merged, tagged, ...facts },
    };
  });
}

/** What production serves, where the data names it. */
async function liveOf(context: Context, { application, deployer }: HotfixWorld) {
  const found = deployer ?? (await deployerOf(context, application));
  const production = application.environments?.production;
  return production !== undefined && found ? () => found.status(production) : undefined;
}

interface Said {
  readonly say: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The frame of these commands, which work on the person's own branch: there is no dry run of a conflict. */
function changing(work: (context: Parameters<Action>[0]) => Promise<Said>): Action {
  return async context => {
    if (context.dryRun) {
      throw new SlipwayError(
        'hotfix has no --dry-run: what a pick or merge brings shows only when it is done; leave it out',
      );
    }
    const { say, facts } = await work(context);
    context.output.print(say);
    context.output.json({ command: 'hotfix', ...facts });
    return ExitCode.Done;
  };
}
