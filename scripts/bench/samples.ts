/** Several measurements of one thing. */
export class Samples {
  private readonly sorted: readonly number[];

  constructor(values: readonly number[]) {
    if (values.length === 0) throw new Error('no measurement was made');
    this.sorted = [...values].sort((a, b) => a - b);
  }

  get median(): number {
    const middle = (this.sorted.length - 1) / 2;
    return (this.at(Math.floor(middle)) + this.at(Math.ceil(middle))) / 2;
  }

  get least(): number {
    return this.at(0);
  }

  get most(): number {
    return this.at(this.sorted.length - 1);
  }

  private at(place: number): number {
    return this.sorted[place] ?? Number.NaN;
  }
}

/**
 * Measures two things in turns, so that whatever else the machine is doing weighs on both.
 * The first turn warms the caches and is not counted.
 */
export function inTurns(runs: number, a: () => number, b: () => number): [Samples, Samples] {
  const pairs = Array.from({ length: runs + 1 }, () => [a(), b()] as const).slice(1);
  return [new Samples(pairs.map(([first]) => first)), new Samples(pairs.map(([, second]) => second))];
}
