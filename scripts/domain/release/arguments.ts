import { isSourceRange } from '../swarm/source-range';
import { SlipwayError } from '../slipway-error';
import { closest } from './closest';
import { shown } from './place';
import { LINE } from './text-rules';

const COUNT = 'a service with its number of tasks, 100 at most, e.g. web=2';

/**
 * The words behind a verb. Who reads them asks for the options first, then for flags, then for what is left, and then calls
 * `end`, which refuses what nobody asked for.
 */
export class Arguments {
  private readonly known: string[] = [];
  private words: readonly string[];

  constructor(
    private readonly verb: string,
    words: readonly string[],
  ) {
    this.words = words;
  }

  error(what: string): SlipwayError {
    return new SlipwayError(`${this.verb} ${what}`);
  }

  /** The value of `--name`, as it is. */
  option(name: string, pattern: RegExp, allowed: string): string | undefined {
    const [value, second] = this.take(name);
    if (second !== undefined) throw this.error(`has --${name} twice, give it once`);
    if (value !== undefined && !pattern.test(value)) throw this.wrong(`--${name}`, value, allowed);
    return value;
  }

  number(name: string, least: number, most: number): number | undefined {
    const allowed = `a whole number from ${least} to ${most}`;
    const text = this.option(name, /^\d{1,6}$/, allowed);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (value < least || value > most) throw this.wrong(`--${name}`, text, allowed);
    return value;
  }

  /** Free text, which the client has percent-encoded into one word. */
  text(name: string, most: number): string | undefined {
    const word = this.option(name, /./, '');
    if (word === undefined) return undefined;
    const text = decoded(word);
    if (text !== undefined && text.length <= most && LINE.pattern.test(text)) return text;
    throw this.wrong(`--${name}`, word, `one line of ${most} printable characters at most, percent-encoded`);
  }

  sourceRanges(name: string): readonly string[] {
    const ranges = this.take(name);
    const wrong = ranges.find(range => !isSourceRange(range));
    if (wrong === undefined) return ranges;
    throw this.wrong(`--${name}`, wrong, 'an address or range such as 203.0.113.7 or 203.0.113.0/24, a /8 at most');
  }

  flag(name: string): boolean {
    this.known.push(`--${name}`);
    const rest = this.words.filter(word => word !== `--${name}`);
    const found = this.words.length - rest.length;
    if (found > 1) throw this.error(`has --${name} twice, give it once`);
    this.words = rest;
    return found === 1;
  }

  /** The next word that belongs to no option. */
  word(what: string, pattern: RegExp, allowed: string): string {
    const word = this.optionalWord(what, pattern, allowed);
    if (word === undefined) throw this.error(`needs a ${what}: ${allowed}`);
    return word;
  }

  optionalWord(what: string, pattern: RegExp, allowed: string): string | undefined {
    const [word, ...rest] = this.words;
    if (word === undefined || word.startsWith('--')) return undefined;
    if (!pattern.test(word)) throw this.wrong(what, word, allowed);
    this.words = rest;
    return word;
  }

  /** Everything behind `--`, each word percent-encoded: a program and its arguments. To be asked for before all others. */
  command(): readonly string[] {
    const end = this.words.indexOf('--');
    const words = end === -1 ? [] : this.words.slice(end + 1);
    if (words.length === 0) throw this.error('needs -- and a command behind it, e.g. exec web -- php -v');
    this.words = this.words.slice(0, end);
    const wrong = words.find(word => decoded(word)?.includes('\0') ?? true);
    if (wrong !== undefined) throw this.wrong('argument', wrong, 'text without NUL, percent-encoded');
    return words.map(word => decoded(word) ?? '');
  }

  /** All that is left, as `service=number`. */
  counts(): Readonly<Record<string, number>> {
    const counts = new Map<string, number>();
    while (this.words.length > 0) {
      const word = this.optionalWord('count', /^[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?=(?:\d{1,2}|100)$/, COUNT);
      if (word === undefined) break;
      const [service = '', count] = word.split('=');
      if (counts.has(service)) throw this.error(`has ${service} twice, give it once`);
      counts.set(service, Number(count));
    }
    if (counts.size === 0) throw this.error(`needs ${COUNT}`);
    return Object.fromEntries(counts);
  }

  end(): void {
    const [word] = this.words;
    if (word === undefined) return;
    const meant = closest(word, this.known);
    const hint = meant === undefined ? `its options are ${this.known.join(', ')}` : `did you mean ${meant}?`;
    throw this.error(`does not know ${shown(word)}; ${hint}`);
  }

  /** Takes every `--name value` out of the words. */
  private take(name: string): readonly string[] {
    this.known.push(`--${name}`);
    const values: string[] = [];
    const rest: string[] = [];
    for (let index = 0; index < this.words.length; index++) {
      const word = this.words[index] ?? '';
      if (word !== `--${name}`) {
        rest.push(word);
        continue;
      }
      index++;
      const value = this.words[index];
      if (value === undefined || value.startsWith('--')) throw this.error(`needs a value behind --${name}`);
      values.push(value);
    }
    this.words = rest;
    return values;
  }

  private wrong(what: string, value: string, allowed: string): SlipwayError {
    return this.error(`has ${shown(value)} as ${what}; allowed is ${allowed}`);
  }
}

function decoded(word: string): string | undefined {
  try {
    return decodeURIComponent(word);
  } catch {
    return undefined;
  }
}
