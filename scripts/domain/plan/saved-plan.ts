import { createHash } from 'node:crypto';
import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';

/** What is kept beside a saved plan, so that `apply` can tell whether it still is the reviewed one. */
export interface SavedPlan {
  readonly environment: string;
  /** Digest of the plan file. */
  readonly planDigest: string;
  /** Digest of the synthesized stack that was planned. */
  readonly configurationDigest: string;
  /** Commit that was checked out; null outside a git work tree. */
  readonly commit: string | null;
  /** Time of the plan, ISO 8601. */
  readonly savedAt: string;
  /** E.g. "1 to replace, 2 to update". */
  readonly summary: string;
  readonly hasChanges: boolean;
  /** Addresses that hold state in a protected environment and would go. */
  readonly protectedLosses: readonly string[];
}

/** What is found when the plan is to be applied. */
export interface PlanOnDisk {
  readonly planDigest: string;
  readonly configurationDigest: string;
  /** Addresses that the caller names as free to go. */
  readonly allowDestroy: readonly string[];
}

/** Refuses a plan that is not, or no longer, the reviewed one. */
export function refuseUnlessReviewed(saved: SavedPlan, found: PlanOnDisk): void {
  const again = `review a new one: slipway plan ${saved.environment} --save`;
  const refuse = (reason: string) => new SlipwayError(reason, ExitCode.Refused);
  if (found.planDigest !== saved.planDigest) {
    throw refuse(`the plan file of ${saved.environment} is not the one saved at ${saved.savedAt}; ${again}`);
  }
  if (found.configurationDigest !== saved.configurationDigest) {
    throw refuse(`the code of ${saved.environment} changed since the plan of ${saved.savedAt}; ${again}`);
  }
  const [loss] = saved.protectedLosses.filter(address => !found.allowDestroy.includes(address));
  if (loss !== undefined) {
    throw refuse(
      `the plan would destroy ${loss}, which is protected; if that is meant: ` +
        `slipway apply ${saved.environment} --allow-destroy ${loss}`,
    );
  }
}

/** Digest of a file. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Digest of a synthesized stack, without the comments in which CDKTF notes paths and its own version. */
export function configurationDigest(json: string): string {
  const withoutComments = JSON.parse(json, (key: string, value: unknown) =>
    key === '//' ? undefined : value,
  ) as unknown;
  return digestOf(JSON.stringify(withoutComments));
}
