import { randomUUID } from 'node:crypto';
import type { Application } from '../../stacks/environments/application';
import { confirm } from '../adapters/confirm';
import { fetchBranches } from '../adapters/git-remote';
import { Github } from '../adapters/github';
import { OutputTail } from '../adapters/output-tail';
import { RunFile } from '../adapters/run-file';
import { readSecret } from '../adapters/secret-value';
import { SlipwayError } from '../domain/slipway-error';
import type { Deployer } from '../release/deployer';
import { refusalsFor } from '../release/refusals';
import type { ReleasePorts } from '../release/release-ports';
import { announcer } from './announce';
import { purgeOf } from './cdn';
import type { Context } from './context';
import { finalizePorts } from './finalize';
import { imagePort } from './image-port';
import { personOf, repositoryOf } from './released-application';
import { step } from './step';

export interface ReleasePortsOptions {
  /** Do not ask. */
  readonly yes: boolean;
  /** Let a person write the messages of the merges. */
  readonly edit: boolean;
  /** How environments are reached. @default - not at all: the pipeline deploys */
  readonly deployer?: Deployer;
}

/** Everything that a release reads or changes, as the data says. */
export async function releasePorts(
  given: Context,
  application: Application,
  { yes, edit, deployer }: ReleasePortsOptions,
): Promise<ReleasePorts> {
  const output = new OutputTail(given.output);
  const context = { ...given, output };
  const git = repositoryOf(context, application);
  const github = await githubOf(context, application);
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

async function agree({ interactive, signal, dryRun }: Context, question: string, yes: boolean): Promise<boolean> {
  if (yes || dryRun) return true;
  if (!interactive) throw new SlipwayError('nobody can be asked without a terminal; add --yes to agree to everything');
  return confirm(question, signal);
}

async function githubOf(context: Context, { guards }: Application): Promise<Github | undefined> {
  if (!guards?.github) return undefined;
  const { repository, token } = guards.github;
  const api = context.env['GITHUB_API_URL'];
  return new Github({ repository, token: await readSecret(token, 'the GitHub token', context), ...(api && { api }) });
}
