/**
 * How versions are counted: a month in UTC and the how-manieth release of it, e.g. `202611.3` or `26.11.3`.
 * A hotfix of a release has a letter behind it: `26.11.3b`.
 */
export type VersionScheme = 'YYYYMM.N' | 'YY.MM.R';
