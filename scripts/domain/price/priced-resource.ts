import type { StateValues, TerraformPlan, Values } from '../plan/terraform-plan';
import { managedResources } from '../plan/terraform-plan';

/** A resource, from whichever source its values are known. */
export interface PricedResource {
  readonly address: string;
  readonly type: string;
  /** Values in Terraform's names; what is not known yet is absent or a `${...}` reference. */
  readonly values: Values;
}

/** The synthesized stack (`cdk.tf.json`), as far as it is used here. */
export interface SynthesizedStack {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** Resources of a synthesized stack. */
export function resourcesOfSynth(stack: SynthesizedStack): PricedResource[] {
  return Object.entries(stack.resource ?? {}).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, values]) => ({ address: `${type}.${name}`, type, values })),
  );
}

/** Resources as they will be after the plan is applied. */
export function resourcesOfPlan(plan: TerraformPlan): PricedResource[] {
  return resourcesOfState(plan.planned_values);
}

/** Resources as they were when the plan was made. */
export function resourcesBeforePlan(plan: TerraformPlan): PricedResource[] {
  return resourcesOfState(plan.prior_state?.values);
}

function resourcesOfState(state: StateValues | undefined): PricedResource[] {
  return managedResources(state).map(({ address, type, values }) => ({ address, type, values: values ?? {} }));
}
