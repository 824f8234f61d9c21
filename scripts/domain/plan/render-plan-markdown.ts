import { priceSentence, sentenceOf, summaryOf } from './plan-words';
import type { PlanReport } from './plan-report';
import type { ReportedChange } from './reported-change';

/** GitHub refuses a comment of more than 65,536 characters. */
const MARKDOWN_LIMIT = 64_900;

/** No single item may push out all others. */
const ITEM_LIMIT = 4_000;

/** Room for the sentence that says what was left out. */
const NOTE_ROOM = 400;

/** A part of the comment; the order in the list is the order on the page. */
interface Section {
  readonly title: string;
  /** 1 stays longest. */
  readonly importance: number;
  readonly items: readonly string[];
}

/**
 * The report as a pull-request comment. The first line is an invisible marker by which a pipeline finds the comment
 * to update. What does not fit is left out, the least important first, and the comment says how much.
 */
export function renderPlanMarkdown(report: PlanReport): string {
  const head = [
    `<!-- slipway plan: ${report.environment} -->`,
    `### Plan for ${code(report.environment)}: ${summaryOf(report)}`,
    '',
    `Price: ${priceSentence(report.price)}, ${report.price.after.basis}.`,
    '',
  ].join('\n');
  const { kept, leftOut } = fit(sectionsOf(report), MARKDOWN_LIMIT - head.length - NOTE_ROOM);
  const body = kept
    .filter(section => section.items.length > 0)
    .map(section => [`#### ${section.title}`, '', ...section.items, ''].join('\n'));
  const note =
    leftOut.length > 0
      ? [`Left out to fit a comment: ${leftOut.join(', ')}. Run ${code(`slipway plan ${report.environment}`)} for all.`]
      : [];
  return [head, ...body, ...note].join('\n');
}

function sectionsOf(report: PlanReport): Section[] {
  const { changes, findings, price } = report;
  const losing = changes.filter(change => change.loses !== undefined);
  const going = changes.filter(({ kind, loses }) => loses === undefined && (kind === 'delete' || kind === 'replace'));
  const changing = changes.filter(({ kind }) => kind === 'update' || kind === 'import' || kind === 'forget');
  const added = changes.filter(change => change.kind === 'create');
  return [
    {
      title: ':red_circle: Refused: protected',
      importance: 1,
      items: report.protectedLosses.map(address => `- ${code(address)}`),
    },
    { title: ':red_circle: Loses state', importance: 2, items: losing.map(changeItem) },
    { title: 'Unfinished replacement', importance: 3, items: report.unfinished.map(line => `- ${code(line)}`) },
    { title: 'Replaced and deleted', importance: 4, items: going.map(changeItem) },
    {
      title: ':warning: Findings',
      importance: 5,
      items: findings.map(({ address, problem, remedy }) => `- ${code(address)}: ${problem}; ${remedy}`),
    },
    { title: 'Changed', importance: 7, items: changing.map(changeItem) },
    { title: 'Created', importance: 9, items: added.map(changeItem) },
    { title: 'Outputs', importance: 10, items: report.outputs.map(name => `- ${code(name)}`) },
    {
      title: 'Price lines',
      importance: 6,
      items: [
        ...price.removed.map(({ what, usd, address }) => `- minus ${usd.toFixed(2)} ${what} (${code(address)})`),
        ...price.added.map(({ what, usd, address }) => `- plus ${usd.toFixed(2)} ${what} (${code(address)})`),
      ],
    },
    { title: 'Not priced', importance: 8, items: price.after.unpriced.map(line => `- ${code(line)}`) },
  ];
}

function changeItem(change: ReportedChange): string {
  const lines = [
    `- ${code(sentenceOf(change))}`,
    ...(change.loses === undefined ? [] : [`  - **loses ${change.loses}**`]),
    ...change.attributes.map(
      ({ path, before, after, forcesReplacement }) =>
        `  - ${code(path)}: ${code(before)} → ${code(after)}${forcesReplacement ? ' **forces the replacement**' : ''}`,
    ),
  ];
  return cut(lines);
}

/** Keeps whole lines, so that no code span is left open. */
function cut(lines: readonly string[]): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += line.length + 1;
    if (size > ITEM_LIMIT) return [...kept, `  - ... and ${lines.length - kept.length} more lines`].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}

/** A code span: nothing in it is markup, mentions nobody and ends no span. */
function code(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\s+/g, ' ')}\``;
}

/** Fills the room in order of importance; a section is cut at its first item that does not fit. */
function fit(sections: readonly Section[], room: number): { kept: Section[]; leftOut: string[] } {
  const keptItems = new Map<Section, readonly string[]>();
  let left = room;
  for (const section of [...sections].sort((a, b) => a.importance - b.importance)) {
    left -= section.title.length + 10;
    const items: string[] = [];
    for (const item of section.items) {
      if (item.length + 1 > left) break;
      left -= item.length + 1;
      items.push(item);
    }
    keptItems.set(section, items);
  }
  const itemsOf = (section: Section) => keptItems.get(section) ?? [];
  return {
    kept: sections.map(section => ({ ...section, items: itemsOf(section) })),
    leftOut: sections
      .filter(section => itemsOf(section).length < section.items.length)
      .map(
        section => `${section.items.length - itemsOf(section).length} of ${section.items.length} in "${section.title}"`,
      ),
  };
}
