const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Aborted when the process is asked to end for the second time; `cli.ts` looks after the first. */
export class SecondSignal {
  private readonly controller = new AbortController();
  private count = 0;
  private readonly listener = () => {
    if (++this.count > 1) this.controller.abort();
  };

  constructor() {
    // As long as somebody listens, the process is not ended by the signal itself.
    for (const name of SIGNALS) process.on(name, this.listener);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  close(): void {
    for (const name of SIGNALS) process.off(name, this.listener);
  }
}
