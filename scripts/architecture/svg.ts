/** A rectangle on the page, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Look {
  readonly fill: string;
  readonly stroke: string;
}

/** A point of an arrow's way. */
export type Point = readonly [x: number, y: number];

const INK = '#1f2933';
const QUIET = '#52606d';
const LINE_HEIGHT = 17;

/** A part: a title, and lines of facts below it. */
export function box(place: Place, look: Look, title: string, lines: readonly string[] = []): string {
  const { x, y, width, height } = place;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${look.fill}" stroke="${look.stroke}" stroke-width="1.5"/>`,
    words([x + 14, y + 23], title, { bold: true }),
    ...lines.map((line, index) => words([x + 14, y + 43 + index * LINE_HEIGHT], line, { size: 12, ink: QUIET })),
  ].join('\n');
}

/** Something that holds parts, with its name in the corner. */
export function frame(place: Place, look: Look, title: string, dashed = false): string {
  const { x, y, width, height } = place;
  const dash = dashed ? ' stroke-dasharray="5 4"' : '';
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="${look.fill}" stroke="${look.stroke}" stroke-width="1.5"${dash}/>`,
    words([x + 14, y + 22], title, { size: 12.5, bold: true, ink: look.stroke }),
  ].join('\n');
}

/** A way from one part to another, round its corners, with a word beside it. */
export function arrow(
  points: readonly Point[],
  label?: { readonly at: Point; readonly text: string },
  dashed = false,
): string {
  const way = points.map(([x, y]) => `${x},${y}`).join(' ');
  const dash = dashed ? ' stroke-dasharray="5 4"' : '';
  const line = `<polyline points="${way}" fill="none" stroke="${QUIET}" stroke-width="1.5" stroke-linejoin="round"${dash} marker-end="url(#tip)"/>`;
  return label ? `${line}\n${words(label.at, label.text, { size: 12, halo: true })}` : line;
}

interface Style {
  readonly size?: number;
  readonly bold?: boolean;
  readonly ink?: string;
  /** A white edge, so that a line may pass behind the letters. */
  readonly halo?: boolean;
}

export function words(
  [x, y]: Point,
  text: string,
  { size = 14, bold = false, ink = INK, halo = false }: Style = {},
): string {
  const weight = bold ? ' font-weight="600"' : '';
  const edge = halo ? ' stroke="#ffffff" stroke-width="4" paint-order="stroke" stroke-linejoin="round"' : '';
  return `<text x="${x}" y="${y}" font-size="${size}"${weight} fill="${ink}"${edge}>${escaped(text)}</text>`;
}

/** The whole picture. */
export function page(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">`,
    `<title id="title">${escaped(title)}</title>`,
    `<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="${QUIET}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
