import { synthesize } from '../adapters/cdktf';
import { confirm } from '../adapters/confirm';
import { PlanStore } from '../adapters/plan-store';
import { Terraform } from '../adapters/terraform';
import type { Action } from './action';
import { ExitCode } from '../domain/exit-code';
import type { SavedPlan } from '../domain/plan/saved-plan';
import { configurationDigest, refuseUnlessReviewed } from '../domain/plan/saved-plan';
import { SlipwayError } from '../domain/slipway-error';
import type { Context } from './context';
import { step } from './step';

export interface ApplyOptions {
  /** Stack id: `prod`, `dev`, `account`. */
  readonly environment: string;
  /** Do not ask. Needed where nobody can answer. */
  readonly yes: boolean;
  /** Protected addresses that may go. */
  readonly allowDestroy: readonly string[];
}

/** Asks a person a question. */
type Ask = typeof confirm;

/** `slipway apply <env>`: applies the plan that was saved and reviewed, and never another one. */
export function apply(options: ApplyOptions, ask: Ask = confirm): Action {
  return async context => {
    const { environment, allowDestroy } = options;
    const stack = await step(context, `synthesize ${environment}`, () => synthesize(context, environment));
    const store = new PlanStore(context.root, environment);
    const { saved, file, planDigest } = await store.read();
    refuseUnlessReviewed(saved, { planDigest, configurationDigest: configurationDigest(stack.json), allowDestroy });
    if (saved.hasChanges) {
      if (!(await isAgreed(context, options, saved, ask))) return ExitCode.Refused;
      const terraform = await Terraform.find(context, environment, stack.folder);
      await step(context, 'connect providers and state', () => terraform.init());
      await step(context, `apply ${environment}: ${saved.summary}`, () => terraform.apply(file));
    }
    if (!context.dryRun) await store.remove();
    const done = context.dryRun ? 'nothing was changed (dry run)' : saved.hasChanges ? 'applied' : 'nothing to apply';
    context.output.print(`${environment}: ${done} (${saved.summary})`);
    context.output.json({ command: 'apply', environment, dryRun: context.dryRun, summary: saved.summary });
    return ExitCode.Done;
  };
}

async function isAgreed(context: Context, options: ApplyOptions, saved: SavedPlan, ask: Ask): Promise<boolean> {
  if (options.yes || context.dryRun) return true;
  if (!context.interactive) {
    const { environment } = options;
    throw new SlipwayError(`nobody can be asked without a terminal; to apply: slipway apply ${environment} --yes`);
  }
  const from = saved.commit === null ? '' : `, commit ${saved.commit.slice(0, 7)}`;
  const question = `Apply the plan of ${options.environment} from ${saved.savedAt}${from}: ${saved.summary}?`;
  const agreed = await ask(question, context.signal);
  if (!agreed) context.output.log('not applied; the plan stays saved');
  return agreed;
}
