import type { Application, GuardSettings } from '../../stacks/environments/application';
import type { Git } from '../adapters/git';
import { changedFiles } from '../adapters/git-checkout';
import { knowsCommit } from '../adapters/git-remote';
import type { Github } from '../adapters/github';
import { approved } from '../domain/guard/approval';
import { frozen } from '../domain/guard/freeze';
import { greenCi } from '../domain/guard/green-ci';
import type { Refusal } from '../domain/guard/refusal';
import { visibleToAll } from '../domain/guard/tree';
import { SlipwayError } from '../domain/slipway-error';

export interface GuardPorts {
  readonly git: Git;
  readonly now: () => Date;
  /** @default - not configured */
  readonly github?: Github;
}

/** Everything that objects to releasing a commit now. */
export async function refusalsFor(ports: GuardPorts, application: Application, commit: string): Promise<Refusal[]> {
  const { guards = {} } = application;
  const [tree, github] = await Promise.all([
    treeRefusals(ports.git, guards, commit),
    githubRefusals(ports, guards, commit),
  ]);
  return [...tree, ...github, ...frozen(guards.freeze ?? [], ports.now())];
}

/** Everything that objects to a commit that is built already: the work tree does not matter any more. */
export async function refusalsOfBuilt(ports: GuardPorts, application: Application, commit: string): Promise<Refusal[]> {
  if (!(await knowsCommit(ports.git, commit)))
    return [{ guard: 'unpushed', reason: `${commit.slice(0, 7)} is on no branch of ${ports.git.remote}` }];
  return (await refusalsFor(ports, application, commit)).filter(({ guard }) => guard !== 'dirty-tree');
}

async function treeRefusals(git: Git, { requireBranch: required }: GuardSettings, commit: string): Promise<Refusal[]> {
  const prefix = `refs/remotes/${git.remote}/`;
  const [changed, containing] = await Promise.all([
    changedFiles(git),
    git.read(['for-each-ref', '--format=%(refname)', `--contains=${commit}`, prefix]),
  ]);
  const onBranches = containing
    .split('\n')
    .filter(Boolean)
    .map(name => name.slice(prefix.length))
    .filter(name => name !== 'HEAD');
  return visibleToAll({ commit, changed, onBranches, ...(required !== undefined && { required }) });
}

async function githubRefusals({ github }: GuardPorts, guards: GuardSettings, commit: string): Promise<Refusal[]> {
  const { requireGreenCi = false, requireApprovals = 0 } = guards;
  const wantsCi = requireGreenCi !== false;
  if (!wantsCi && requireApprovals === 0) return [];
  if (!github)
    throw new SlipwayError(
      'guards ask GitHub, which is not configured; add `guards.github` to stacks/environments/application.ts',
    );
  const [checks, pulls] = await Promise.all([
    wantsCi ? github.checks(commit) : [],
    requireApprovals > 0 ? github.pullsOf(commit) : [],
  ]);
  const required = typeof requireGreenCi === 'boolean' ? [] : requireGreenCi;
  return [
    ...(wantsCi ? greenCi(commit, checks, required) : []),
    ...(requireApprovals > 0 ? approved(commit, pulls, requireApprovals) : []),
  ];
}
