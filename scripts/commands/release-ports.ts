import { randomUUID } from 'node:crypto';
import type { Application } from '../../stacks/environments/application';
import { fetchBranches } from '../adapters/git-remote';
import { OutputTail } from '../adapters/output-tail';
import { RunFile } from '../adapters/run-file';
import type { Deployer } from '../release/deployer';
import { refusalsFor } from '../release/refusals';
import type { ReleasePorts } from '../release/release-ports';
import { agree } from './agree';
import { announcer } from './announce';
import { purgeOf } from './cdn';
import type { Context } from './context';
import { deployerOf } from './deployer-of';
import { finalizePorts } from './finalize';
import { githubOf } from './github-of';
import { imagePort } from './image-port';
import { personOf, repositoryOf } from './released-application';
import { step } from './step';

export interface ReleasePortsOptions {
  /** Do not ask. */
  readonly yes: boolean;
  /** Let a person write the messages of the merges. */
  readonly edit: boolean;
  /** File of what a run of the pending migrations on a clone has shown. */
  readonly report?: string;
  /** How environments are reached. @default - by their nodes, where the data names environments */
  readonly deployer?: Deployer;
}

/** Everything that a release reads or changes, as the data says. */
export async function releasePorts(
  given: Context,
  application: Application,
  { yes, edit, ...options }: ReleasePortsOptions,
): Promise<ReleasePorts> {
  const output = new OutputTail(given.output);
  const context = { ...given, output };
  const git = repositoryOf(context, application);
  const github = await githubOf(context, application);
  const deployer = options.deployer ?? (await deployerOf(context, application, options.report));
  const purge = purgeOf(context, application);
  const image = await imagePort(context, application, { onOutput: line => output.remember(line) });
  return {
    finalizing: await finalizePorts(context, application, edit),
    runs: new RunFile(context.root),
    now: context.now,
    newId: randomUUID,
    by: await personOf(context, application),
    refusals: async commit => {
      await fetchBranches(git);
      return refusalsFor({ git, now: context.now, ...(github && { github }) }, application, commit);
    },
    confirm: question => agree(context, question, yes),
    timed: (what, work) => step(context, what, work),
    announce: announcer(context, application, () => output.tail),
    signal: context.signal,
    ...(image && { image }),
    ...(deployer && { deployer }),
    ...(purge && { purge }),
  };
}
