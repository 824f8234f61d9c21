import type { PlanReport, PriceChange } from './plan-report';
import type { ChangeKind, ReportedChange } from './reported-change';

const verbs: Readonly<Record<ChangeKind, string>> = {
  delete: 'delete',
  replace: 'replace',
  forget: 'forget',
  update: 'update',
  import: 'import',
  create: 'create',
};

/** E.g. "1 to delete, 2 to update". */
export function summaryOf(report: PlanReport): string {
  if (!report.hasChanges && report.changes.length === 0) return 'no changes';
  const parts = (Object.keys(verbs) as ChangeKind[])
    .filter(kind => report.counts[kind] > 0)
    .map(kind => `${report.counts[kind]} to ${verbs[kind]}`);
  if (parts.length > 0) return parts.join(', ');
  return report.outputs.length > 0 ? 'only outputs change' : 'only the state file changes';
}

/** E.g. "replace aws_instance.Node, new one first: user_data_base64 cannot be changed in place". */
export function sentenceOf(change: ReportedChange): string {
  const order = change.kind === 'replace' ? (change.newOneFirst ? ', new one first' : ', old one first') : '';
  const reason = change.reason === '' ? '' : `: ${change.reason}`;
  return `${verbs[change.kind]} ${change.address}${order}${reason}`;
}

/** E.g. "31.20 -> 69.16 USD a month (+37.96)". */
export function priceSentence({ before, after }: PriceChange): string {
  const difference = after.totalUsd - before.totalUsd;
  const sign = difference < 0 ? '-' : '+';
  const total = (usd: number) => usd.toFixed(2);
  return `${total(before.totalUsd)} -> ${total(after.totalUsd)} USD a month (${sign}${total(Math.abs(difference))})`;
}
