import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';
import { closest } from './closest';

const SHOWN_LENGTH = 60;

/** Where something stands in a document, and how its errors are worded. */
export class Place {
  /**
   * @param path  of the value, e.g. `stack.services.web`; empty for the document itself
   * @param next  what to do about an error
   */
  constructor(
    readonly path: string,
    private readonly next: string,
  ) {}

  at(key: string | number): Place {
    if (typeof key === 'number') return new Place(`${this.path}[${key}]`, this.next);
    const name = /^[\w-]+$/.test(key) ? key : shown(key);
    return new Place(this.path === '' ? name : `${this.path}.${name}`, this.next);
  }

  /** The value is not what belongs here. */
  wrong(value: unknown, allowed: string): SlipwayError {
    return this.malformed(`is ${shown(value)}, allowed is ${allowed}`);
  }

  malformed(what: string): SlipwayError {
    return new SlipwayError(`${this.name} ${what}; ${this.next}`);
  }

  /** The value is well formed, and not allowed on a node. */
  refused(reason: string): SlipwayError {
    return new SlipwayError(`${this.name} is refused: ${reason}; ${this.next}`, ExitCode.Refused);
  }

  unknown(key: string, known: readonly string[]): SlipwayError {
    const meant = closest(key, known);
    const hint = meant === undefined ? `allowed are ${known.join(', ')}` : `did you mean ${meant}?`;
    return this.at(key).malformed(`is not known, ${hint}`);
  }

  private get name(): string {
    return this.path === '' ? 'the document' : this.path;
  }
}

/** A value on one line of plain ASCII; what is long is cut, what is nested is only named. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'an object';
  const isLong = typeof value === 'string' && value.length > SHOWN_LENGTH;
  const json = JSON.stringify(isLong ? `${value.slice(0, SHOWN_LENGTH)}...` : value);
  return json.replace(/[^\x20-\x7e]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
