/** Types of lane-reporter.cjs, as far as they are used. */
declare class LaneReporter {
  constructor(globalConfig: { readonly rootDir: string });
  onRunStart(): void;
  lines(results: object): string[];
}

export = LaneReporter;
