import type { TerraformPlan } from '../plan/terraform-plan';
import type { AddedByHand, Inventory } from './added-by-hand';
import { addedByHand } from './added-by-hand';
import type { DriftedResource } from './attribute-drift';
import { attributeDrift } from './attribute-drift';
import { managedThings } from './managed-things';

/** In what AWS differs from what the last apply left. */
export interface DriftReport {
  readonly environment: string;
  readonly hasDrift: boolean;
  readonly resources: readonly DriftedResource[];
  readonly addedByHand: readonly AddedByHand[];
}

export interface DriftOptions {
  readonly environment: string;
  /** Domains of the other environments, which may be delegated from a zone of this one. */
  readonly delegated: readonly string[];
}

/** Compares a refreshed plan and what was read from AWS with the state. */
export function driftOf(plan: TerraformPlan, aws: Inventory, options: DriftOptions): DriftReport {
  const resources = attributeDrift(plan);
  const added = addedByHand(managedThings(plan.prior_state?.values), aws, options.delegated);
  return {
    environment: options.environment,
    hasDrift: resources.length > 0 || added.length > 0,
    resources,
    addedByHand: added,
  };
}

/** The report for people. */
export function renderDrift(report: DriftReport): string {
  const { environment, resources, addedByHand: added } = report;
  if (!report.hasDrift) return `${environment}: no drift`;
  return [
    `${environment}: ${resources.length} changed or removed, ${added.length} added by hand`,
    ...resources.flatMap(({ address, kind, attributes }) => [
      `  ${kind} ${address}${kind === 'removed' ? ': the next apply makes it again' : ''}`,
      ...attributes.map(
        ({ path, before, after, putBack }) =>
          `      ${path}: ${before} -> ${after} (${putBack ? 'the next apply puts it back' : 'the code does not say: set it there or undo it'})`,
      ),
    ]),
    ...added.flatMap(({ inside, what, remove, adopt }) => [
      `  added by hand in ${inside}: ${what}`,
      `      remove: ${remove}`,
      `      adopt:  ${adopt}`,
    ]),
  ].join('\n');
}
