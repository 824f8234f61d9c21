import type { Route } from '../release/release';

/** A rule of Traefik for one path of a route, and how much it weighs against others. */
export interface RouteRule {
  readonly rule: string;
  /** Longer paths win over shorter ones. */
  readonly weight: number;
}

/** One rule for each path: with several paths in one rule, their lengths could not be told apart. */
export function rulesOf({ hosts, paths = ['/'] }: Route, hostnames: readonly string[]): readonly RouteRule[] {
  const host = anyOf((hosts ?? hostnames).map(name => matcher('Host', name)));
  return paths.map(path => ({ rule: path === '/' ? host : `${host} && ${below(path)}`, weight: path.length }));
}

/** A call of one of Traefik's matchers. */
export function matcher(name: string, ...values: readonly string[]): string {
  return `${name}(${values.map(quoted).join(', ')})`;
}

/** Traefik's prefixes are of letters: `/api` alone would match `/apiary` as well. */
function below(path: string): string {
  if (path.endsWith('/')) return matcher('PathPrefix', path);
  return anyOf([matcher('Path', path), matcher('PathPrefix', `${path}/`)]);
}

function anyOf(rules: readonly string[]): string {
  return rules.length === 1 ? rules.join('') : `(${rules.join(' || ')})`;
}

/**
 * A text in backquotes, the quotes of Traefik's rules, which know no way to write one inside. What gets here has been read
 * strictly; this is the last look before it decides who gets the traffic.
 */
function quoted(text: string): string {
  if (/^[A-Za-z0-9._~/-]+$/.test(text)) return `\`${text}\``;
  throw new Error(`${JSON.stringify(text)} cannot stand in a rule of Traefik`);
}
