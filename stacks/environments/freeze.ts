/** A time in which nothing is released. Times are in UTC. */
export type Freeze =
  /** Once, e.g. from `2026-11-27T00:00Z` until `2026-12-01T06:00Z`. */
  | { readonly from: string; readonly until: string; readonly reason: string }
  /** Every week, e.g. from `Fri 16:00` until `Mon 07:00`. */
  | { readonly weekly: { readonly from: string; readonly until: string }; readonly reason: string };
