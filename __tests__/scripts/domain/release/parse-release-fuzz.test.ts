import { parseRelease } from '../../../../scripts/domain/release/parse-release';
import { SlipwayError } from '../../../../scripts/domain/slipway-error';
import { Random } from '../../../soak/random';
import { maximalRelease, node } from '../../../support/release-documents';

/** Values that programs stumble over. */
const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  ' ',
  '*',
  '`',
  '$',
  '\0',
  '\ud800',
  'x'.repeat(10_000),
  '['.repeat(1000),
  '../../etc',
  '__proto__',
  'constructor',
  [],
  {},
  [[[[]]]],
  { length: -1 },
  { toString: null, valueOf: null },
];
const ODD_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'a.b', 'web', '\u202e'];
const LETTERS = '{}[]":,\\ue0-.x\0\n ';
const SEED = 20261103;
const ROUNDS = 2000;

type Parent = Record<string, unknown> | unknown[];

/** Every place in a document where something stands. */
function places(value: unknown): { parent: Parent; key: string }[] {
  if (value === null || typeof value !== 'object') return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap(key => [{ parent, key }, ...places(parent[key])]);
}

function pick<T>(random: Random, all: readonly T[]): T {
  return all[random.between(0, all.length - 1)]!;
}

function set({ parent, key }: { parent: Parent; key: string }, value: unknown): void {
  // As JSON.parse does it: `__proto__` is a key like any other.
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Puts odd things into a good release, or takes good ones out. */
function mutateDocument(random: Random): string {
  const document = structuredClone(maximalRelease) as unknown as Parent;
  for (let changes = random.between(1, 3); changes > 0; changes--) {
    const all = places(document);
    const place = pick(random, all);
    const ways = [
      () => set(place, pick(random, ODD)),
      () => set(place, structuredClone((pick(random, all).parent as Record<string, unknown>)[place.key])),
      () => void Reflect.deleteProperty(place.parent, place.key),
      () => set({ parent: place.parent, key: pick(random, ODD_KEYS) }, pick(random, ODD)),
      () => set({ ...place, key: `${place.key}${pick(random, ['s', '_', ' '])}` }, pick(random, ODD)),
    ];
    pick(random, ways)();
  }
  return JSON.stringify(document);
}

/** Damages the text as a bad line or a bad client would. */
function mutateText(random: Random): string {
  const text = JSON.stringify(maximalRelease);
  const at = random.between(0, text.length - 1);
  const length = random.between(0, 5);
  const put = Array.from({ length: random.between(0, 3) }, () => LETTERS[random.between(0, LETTERS.length - 1)]).join(
    '',
  );
  return text.slice(0, at) + put + text.slice(at + length);
}

it('ends in a release or in one line that says why not, whatever is handed in', () => {
  const random = new Random(SEED);
  const counts = { accepted: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const text = random.chance(0.7) ? mutateDocument(random) : mutateText(random);
    try {
      // What is accepted says the same when it is written down and read again.
      const release = parseRelease(text, node);
      expect(parseRelease(JSON.stringify(release), node)).toEqual(release);
      counts.accepted++;
    } catch (error) {
      if (!(error instanceof SlipwayError))
        throw new Error(`round ${round} of seed ${SEED}: ${text}`, { cause: error });
      expect(error.message).toMatch(/^[\x20-\x7e]{1,1000}$/);
      expect([2, 9]).toContain(error.exitCode);
      counts.refused++;
    }
  }
  // Both ends are reached, or this proves little.
  expect(counts.accepted).toBeGreaterThan(50);
  expect(counts.refused).toBeGreaterThan(1000);
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
}, 60_000);
