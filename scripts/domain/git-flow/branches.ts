import type { Application, BranchSettings } from '../../../stacks/environments/application';

const GIT_FLOW: BranchSettings = { develop: 'develop', main: 'master' };

export function branchesOf({ branches = GIT_FLOW }: Application): BranchSettings {
  return branches;
}

/** Branches that every release is merged into, production's first. */
export function mergeTargets(application: Application): readonly string[] {
  const { main, develop } = branchesOf(application);
  return [...new Set([main, develop])];
}
