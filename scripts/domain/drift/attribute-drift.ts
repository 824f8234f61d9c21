import type { AttributeChange } from '../plan/attribute-change';
import { attributeChanges } from '../plan/attribute-change';
import type { ResourceChange, TerraformPlan } from '../plan/terraform-plan';
import { isComputedNoise } from './computed-noise';

/** A managed resource that is not as the last apply left it. */
export interface DriftedResource {
  readonly address: string;
  /** `removed`: it no longer exists. `changed`: attributes differ. */
  readonly kind: 'removed' | 'changed';
  readonly attributes: readonly DriftedAttribute[];
}

/** `before` is what the last apply left, `after` is what AWS has now. */
interface DriftedAttribute extends AttributeChange {
  /** Whether the next apply puts the value of the code back; otherwise the code says nothing about it. */
  readonly putBack: boolean;
}

/**
 * Real drift out of Terraform's `resource_drift`.
 *
 * That list is mostly noise: whatever AWS fills in after a creation stands there, with an empty plan. An attribute
 * counts when the plan would put it back, or when somebody changed a value that is not computed by AWS.
 */
export function attributeDrift(plan: TerraformPlan): DriftedResource[] {
  const planned = new Map((plan.resource_changes ?? []).map(change => [change.address, change]));
  return (plan.resource_drift ?? [])
    .filter(({ mode, deposed }) => mode === 'managed' && deposed === undefined)
    .flatMap(drift => driftOf(drift, planned.get(drift.address)) ?? []);
}

function driftOf(drift: ResourceChange, planned: ResourceChange | undefined): DriftedResource | undefined {
  if (drift.change.actions.includes('delete')) return { address: drift.address, kind: 'removed', attributes: [] };
  const restored = planned ? attributeChanges(planned.change).map(({ path }) => path) : [];
  const attributes = attributeChanges(drift.change)
    .map(attribute => ({ ...attribute, putBack: restored.some(path => overlap(path, attribute.path)) }))
    .filter(({ path, before, putBack }) => putBack || !isComputedNoise(drift.type, path, before));
  return attributes.length > 0 ? { address: drift.address, kind: 'changed', attributes } : undefined;
}

/** Whether two paths are the same, or one is inside the other. */
function overlap(a: string, b: string): boolean {
  const inside = (inner: string, outer: string) =>
    inner.startsWith(outer) && /^([.[]|$)/.test(inner.slice(outer.length));
  return inside(a, b) || inside(b, a);
}
