import { InvalidValueError } from '../invalid-value';

const BITS = 32;

/** A block of IPv4 addresses, e.g. `10.20.0.0/16`. Plain arithmetic, so that an overlap is found at synth and not at boot. */
export class Cidr {
  private constructor(
    private readonly base: number,
    /** Length of the network part in bits; 16 in `10.20.0.0/16`. */
    readonly prefix: number,
  ) {}

  /**
   * Reads `a.b.c.d/n`.
   *
   * @param what the setting that the text comes from, for the error
   * @throws InvalidValueError when it is no IPv4 block, or one that starts between two blocks of its size
   */
  static parse(text: string, what = 'IPv4 block'): Cidr {
    const groups = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)?.slice(1).map(Number) ?? [];
    const prefix = groups[4];
    const octets = groups.slice(0, 4);
    if (prefix === undefined || prefix > BITS || octets.some(octet => octet > 255)) {
      throw new InvalidValueError(
        what,
        text,
        'an IPv4 block such as 10.20.0.0/16',
        'write four numbers, / and a length',
      );
    }
    const address = octets.reduce((number, octet) => number * 256 + octet, 0);
    const start = new Cidr(address - (address % 2 ** (BITS - prefix)), prefix);
    if (start.base !== address) {
      throw new InvalidValueError(what, text, 'a block that starts at its first address', `write ${start.toString()}`);
    }
    return start;
  }

  /** Whether every address of the other block is in this one. */
  contains(other: Cidr): boolean {
    return this.base <= other.base && other.end <= this.end;
  }

  /** Whether the two blocks share an address. */
  overlaps(other: Cidr): boolean {
    return this.base < other.end && other.base < this.end;
  }

  /**
   * One of the 2^bits equal parts of this block, counted from 0.
   *
   * @throws InvalidValueError when there is no such part
   */
  subnet(bits: number, index: number): Cidr {
    const prefix = this.prefix + bits;
    const parts = 2 ** bits;
    if (prefix > BITS || !Number.isInteger(index) || index < 0 || index >= parts) {
      const allowed = `0 to ${parts - 1}, of a block that is large enough for ${parts} parts`;
      throw new InvalidValueError(
        `part of ${this.toString()}`,
        index,
        allowed,
        'take a larger block or a smaller number',
      );
    }
    return new Cidr(this.base + index * 2 ** (BITS - prefix), prefix);
  }

  toString(): string {
    const octets = [24, 16, 8, 0].map(shift => Math.floor(this.base / 2 ** shift) % 256);
    return `${octets.join('.')}/${this.prefix}`;
  }

  /** First address behind the block. */
  private get end(): number {
    return this.base + 2 ** (BITS - this.prefix);
  }
}
