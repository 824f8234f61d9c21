import type { Check, Manifest, Route } from '../release/release';

/** Questions of a release that its routes lead to one service. */
export interface Questions extends Omit<Check, 'path'> {
  /** Health path. @default - it is another service's */
  readonly path?: string;
}

export interface ServiceQuestions {
  /** Host name under which they are asked. */
  readonly host: string;
  readonly questions: Questions;
}

/**
 * What a routed service is asked: its share of the check, as a visitor's request for the same path would be answered by
 * another service, perhaps of another version.
 */
export function questionsOf(
  { routes, check }: Pick<Manifest, 'routes' | 'check'>,
  hostnames: readonly string[],
  service: string,
): ServiceQuestions {
  const [host = ''] = routes[service]?.hosts ?? hostnames;
  const isIts = (path: string) => serviceAt(routes, hostnames, host, path) === service;
  const { path, version, smoke = [], ...rest } = check;
  const asksVersion = version !== undefined && isIts('path' in version ? version.path : path);
  return {
    host,
    questions: {
      ...rest,
      ...(isIts(path) && { path }),
      ...(asksVersion && { version }),
      smoke: smoke.filter(isIts),
    },
  };
}

/** Service that gets a visitor's request: the one with the longest path that fits. */
function serviceAt(
  routes: Readonly<Record<string, Route>>,
  hostnames: readonly string[],
  host: string,
  path: string,
): string | undefined {
  const fitting = Object.entries(routes).flatMap(([name, { hosts = hostnames, paths = ['/'] }]) =>
    hosts.includes(host) ? paths.filter(prefix => isBelow(path, prefix)).map(({ length }) => ({ name, length })) : [],
  );
  return fitting.sort((one, other) => other.length - one.length)[0]?.name;
}

function isBelow(path: string, prefix: string): boolean {
  const [pathname = ''] = path.split('?');
  return pathname === prefix || pathname.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}
