/** The end of a process that was killed: it does and learns nothing more. */
export class Killed extends Error {
  constructor() {
    super('killed');
    this.name = 'Killed';
  }
}

/** A process that may be killed before one of its changes of the world. */
export class Life {
  dead = false;
  /** What it has changed, in order. */
  readonly acts: string[] = [];

  /**
   * @param most   changes that it lives to make
   * @param after  called after each change
   */
  constructor(
    private readonly most = Infinity,
    private readonly after: () => void = () => undefined,
  ) {}

  /** Makes a change, if the process still lives. */
  act<T>(what: string, change: () => T): T {
    this.look();
    if (this.acts.length >= this.most) this.dead = true;
    this.look();
    this.acts.push(what);
    const answer = change();
    this.after();
    return answer;
  }

  /** Whoever reads must be alive too. */
  look(): void {
    if (this.dead) throw new Killed();
  }
}
