/** What one look at the window found. */
export interface Found {
  /** Start and end of a complete statement; undefined when more bytes are needed. */
  readonly text?: readonly [start: number, end: number];
  /** Everything before this position has been dealt with. */
  readonly consumed: number;
}
