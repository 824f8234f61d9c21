import { priceSentence, sentenceOf, summaryOf } from './plan-words';
import type { PlanReport } from './plan-report';
import type { ReportedChange } from './reported-change';

const RED = '31';
const YELLOW = '33';
const GREEN = '32';

type Paint = (code: string, text: string) => string;

/** The report for a terminal. */
export function renderPlanText(report: PlanReport, colour: boolean): string {
  const paint: Paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return [
    `${report.environment}: ${summaryOf(report)}`,
    ...section('Unfinished replacement', report.unfinished, YELLOW, paint),
    ...section('Protected, refused', report.protectedLosses, RED, paint),
    ...report.changes.flatMap(change => changeLines(change, paint)),
    ...(report.outputs.length > 0 ? [`  outputs: ${report.outputs.join(', ')}`] : []),
    ...section(
      'Findings',
      report.findings.map(({ address, problem, remedy, rule }) => `${address}: ${problem}; ${remedy} (${rule})`),
      YELLOW,
      paint,
    ),
    ...priceLines(report),
  ].join('\n');
}

function section(title: string, lines: readonly string[], code: string, paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint(code, `${title}:`), ...lines.map(line => `  ${paint(code, line)}`)];
}

function changeLines(change: ReportedChange, paint: Paint): string[] {
  const code = codeOf(change);
  return [
    `  ${code === '' ? sentenceOf(change) : paint(code, sentenceOf(change))}`,
    ...(change.loses === undefined ? [] : [`      ${paint(RED, `loses ${change.loses}`)}`]),
    ...change.attributes.map(
      ({ path, before, after, forcesReplacement }) =>
        `      ${path}: ${before} -> ${after}${forcesReplacement ? ' (forces the replacement)' : ''}`,
    ),
  ];
}

function codeOf({ kind, loses }: ReportedChange): string {
  if (loses !== undefined) return RED;
  if (kind === 'create') return GREEN;
  return kind === 'delete' || kind === 'replace' ? YELLOW : '';
}

function priceLines({ price }: PlanReport): string[] {
  const amount = (usd: number) => usd.toFixed(2).padStart(8);
  return [
    `Price: ${priceSentence(price)}, ${price.after.basis}`,
    ...price.removed.map(({ address, what, usd }) => `  -${amount(usd)}  ${what} (${address})`),
    ...price.added.map(({ address, what, usd }) => `  +${amount(usd)}  ${what} (${address})`),
    ...price.after.unpriced.map(line => `  not priced: ${line}`),
  ];
}
