import type { MonthlyPrice, PriceLine } from '../price/monthly-price';
import { monthlyPrice } from '../price/monthly-price';
import { resourcesBeforePlan, resourcesOfPlan } from '../price/priced-resource';
import type { PolicyFinding } from './policy-finding';
import { policyFindings } from './policy-finding';
import type { ChangeKind, ReportedChange } from './reported-change';
import { reportChange } from './reported-change';
import type { ResourceChange, TerraformPlan } from './terraform-plan';

/** How many resources are touched, by kind. A replacement is counted once, as a replacement. */
type Counts = Readonly<Record<ChangeKind, number>>;

export interface PriceChange {
  readonly before: MonthlyPrice;
  readonly after: MonthlyPrice;
  /** Lines of `after` that are not in `before`, and the other way round. */
  readonly added: readonly PriceLine[];
  readonly removed: readonly PriceLine[];
}

/** Everything that a reviewer wants to know about a plan, most dangerous first. */
export interface PlanReport {
  readonly environment: string;
  /** Whether an apply would do anything; outputs and imports count. */
  readonly hasChanges: boolean;
  readonly counts: Counts;
  readonly changes: readonly ReportedChange[];
  /** Names of outputs that change. */
  readonly outputs: readonly string[];
  /** Sentences about a replacement that an earlier apply began and did not finish. */
  readonly unfinished: readonly string[];
  /** Addresses whose loss a protected environment, or `prevent_destroy`, refuses. */
  readonly protectedLosses: readonly string[];
  readonly findings: readonly PolicyFinding[];
  readonly price: PriceChange;
  readonly terraformVersion: string;
}

export interface ReportOptions {
  readonly environment: string;
  /** Whether the environment refuses to lose what holds state. */
  readonly protect: boolean;
  readonly region: string;
  /**
   * Addresses at which Terraform itself stopped because of `prevent_destroy`.
   *
   * @default - none
   */
  readonly preventedDestroys?: readonly string[];
}

const dangerOrder: readonly ChangeKind[] = ['delete', 'replace', 'forget', 'update', 'import', 'create'];

/** Turns a plan into a report. */
export function reportOf(plan: TerraformPlan, options: ReportOptions): PlanReport {
  const resources = plan.resource_changes ?? [];
  const changes = resources.flatMap(resource => reportChange(resource) ?? []).sort(byDanger);
  const outputs = Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => !actions.includes('no-op'))
    .map(([name]) => name);
  const guarded = options.protect ? changes.filter(change => change.loses !== undefined) : [];
  return {
    environment: options.environment,
    hasChanges: plan.applyable ?? (changes.length > 0 || outputs.length > 0),
    counts: countsOf(changes),
    changes,
    outputs,
    unfinished: unfinishedReplacements(resources),
    protectedLosses: [...new Set([...(options.preventedDestroys ?? []), ...guarded.map(change => change.address)])],
    findings: policyFindings(plan),
    price: priceChange(plan, options.region),
    terraformVersion: plan.terraform_version,
  };
}

/** Losses first, then deletions, replacements, updates, and what only adds. */
function byDanger(a: ReportedChange, b: ReportedChange): number {
  return (
    Number(b.loses !== undefined) - Number(a.loses !== undefined) ||
    Number(a.leftBehind) - Number(b.leftBehind) ||
    dangerOrder.indexOf(a.kind) - dangerOrder.indexOf(b.kind) ||
    (a.address < b.address ? -1 : 1)
  );
}

function countsOf(changes: readonly ReportedChange[]): Counts {
  const count = (kind: ChangeKind) => changes.filter(change => change.kind === kind).length;
  return {
    replace: count('replace'),
    delete: count('delete'),
    update: count('update'),
    create: count('create'),
    import: count('import'),
    forget: count('forget'),
  };
}

/**
 * A node is replaced in the order new node, gate, address, old node. When the gate is not passed, the old node goes
 * on serving, the new one stays, and the gate is tainted: that reads like a wild plan, but is simply the second half.
 */
function unfinishedReplacements(resources: readonly ResourceChange[]): string[] {
  const gates = resources
    .filter(({ type, action_reason }) => type === 'terraform_data' && action_reason === 'replace_because_tainted')
    .map(
      ({ address }) => `${address} was not passed the last time: an apply checks it again before anything else moves`,
    );
  const left = resources
    .filter(({ deposed, type }) => deposed !== undefined && type !== 'terraform_data')
    .map(({ address }) => `${address}: the old object still exists beside its successor and is removed at the end`);
  return [...gates, ...left];
}

function priceChange(plan: TerraformPlan, region: string): PriceChange {
  const before = monthlyPrice(resourcesBeforePlan(plan), region);
  const after = monthlyPrice(resourcesOfPlan(plan), region);
  return { before, after, added: linesOnlyIn(after, before), removed: linesOnlyIn(before, after) };
}

/** Lines of one price that the other has not, or has fewer of: two equal lines are two machines. */
function linesOnlyIn(one: MonthlyPrice, other: MonthlyPrice): PriceLine[] {
  const keyOf = ({ address, what, usd }: PriceLine) => `${address} ${what} ${usd}`;
  const unmatched = other.lines.map(keyOf);
  return one.lines.filter(line => {
    const match = unmatched.indexOf(keyOf(line));
    if (match >= 0) unmatched.splice(match, 1);
    return match < 0;
  });
}
