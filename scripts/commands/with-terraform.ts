import { type SynthesizedFile, synthesize } from '../adapters/cdktf';
import { PlanStore } from '../adapters/plan-store';
import { Terraform } from '../adapters/terraform';
import type { Context } from './context';
import { step } from './step';

/** A stack that is synthesized and connected to its state. */
export interface ConnectedStack {
  readonly json: SynthesizedFile['json'];
  readonly terraform: Terraform;
  readonly store: PlanStore;
  /** Where a plan may be written for as long as `use` runs. It holds secrets, so it is removed afterwards. */
  readonly draft: string;
}

/** Synthesizes and connects a stack, and lets `use` plan with it. */
export async function withTerraform<T>(
  context: Context,
  environment: string,
  use: (stack: ConnectedStack) => Promise<T>,
): Promise<T> {
  const { folder, json } = await step(context, `synthesize ${environment}`, () => synthesize(context, environment));
  const terraform = await Terraform.find(context, environment, folder);
  const store = new PlanStore(context.root, environment);
  const draft = await store.draft();
  try {
    await step(context, 'connect providers and state', () => terraform.init());
    return await use({ json, terraform, store, draft });
  } finally {
    await store.discardDraft();
  }
}
