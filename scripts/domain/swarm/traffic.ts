import type { Colour } from './units';

/** What Traefik has counted for one service since it began to count: the numbers only grow, until it is started again. */
export interface Counts {
  readonly requests: number;
  /** Answers with a status of 500 or more. */
  readonly errors: number;
  /** Requests that took so many seconds at most, by that bound as Traefik writes it, e.g. `0.25` or `+Inf`. */
  readonly within: Readonly<Record<string, number>>;
}

/** The counts of a stack at one moment, by the name that a service has in Traefik, e.g. `webshop-prod-web-blue`. */
export interface Sample {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly services: Readonly<Record<string, Counts>>;
}

/** What the public got between two moments, from all services and colours of a stack together. */
export interface Traffic extends Counts {
  /** Length of the time that was counted. */
  readonly seconds: number;
}

const HOUR_MS = 3_600_000;
/** A release may take its time before somebody watches it. */
const KEPT_HOURS = 3;
/** Two samples are some minutes apart, so the one before the hour counts as its beginning. */
const SLACK_MS = 600_000;
const NONE: Counts = { requests: 0, errors: 0, within: {} };
export const NO_TRAFFIC: Traffic = { ...NONE, seconds: 0 };
const COLOURS: readonly Colour[] = ['blue', 'green'];
const REQUESTS = 'traefik_service_requests_total';
const DURATIONS = 'traefik_service_request_duration_seconds_bucket';
const LINE = /^(?<metric>[a-z_]+)\{(?<labels>[^}]*)\} (?<value>\S+)$/;
const LABEL = /(?<name>[a-z_]+)="(?<value>[^"\\]*)"/g;

/**
 * Reads the counts of a stack out of Traefik's metrics.
 *
 * @param text    what Traefik says, in the text format of Prometheus
 * @param stacks  all stacks of the node: `shop-prod-web-blue` is of `shop-prod`, where there is such a stack, and not of `shop`
 * @see https://doc.traefik.io/traefik/reference/install-configuration/observability/metrics/
 */
export function parseCounts(text: string, stack: string, stacks: readonly string[]): Sample['services'] {
  const services: Record<string, Counts> = {};
  for (const line of text.split('\n')) {
    const { metric, labels = '', value } = LINE.exec(line)?.groups ?? {};
    if (metric !== REQUESTS && metric !== DURATIONS) continue;
    const { service = '', code = '', le = '' } = labelsOf(labels);
    const name = service.replace(/@swarm$/, '');
    if (name === service || stackOf(name, stacks) !== stack) continue;
    const known = services[name] ?? NONE;
    const count = Number(value);
    services[name] =
      metric === REQUESTS
        ? { ...known, requests: known.requests + count, errors: known.errors + (Number(code) >= 500 ? count : 0) }
        : { ...known, within: { ...known.within, [le]: (known.within[le] ?? 0) + count } };
  }
  return services;
}

/** What was counted from the first sample to the last one. A number that has become smaller has begun again at zero. */
export function trafficBetween(samples: readonly Sample[]): Traffic {
  let sum = NONE;
  for (const [index, { services }] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined) continue;
    for (const [name, counts] of Object.entries(services)) sum = plus(sum, growth(before.services[name], counts));
  }
  const [first, last] = [samples[0], samples.at(-1)];
  const seconds = first === undefined || last === undefined ? 0 : (Date.parse(last.at) - Date.parse(first.at)) / 1000;
  return { ...sum, seconds };
}

/** Two times that follow each other as one. */
export function together(one: Traffic, other: Traffic): Traffic {
  return { ...plus(one, other), seconds: one.seconds + other.seconds };
}

/** What the public got in the hour before a moment; undefined when nobody counted then. */
export function hourBefore(samples: readonly Sample[], moment: Date): Traffic | undefined {
  const age = ({ at }: Sample) => moment.getTime() - Date.parse(at);
  const found = samples.filter(sample => age(sample) >= 0 && age(sample) <= HOUR_MS + SLACK_MS);
  return found.length < 2 ? undefined : trafficBetween(found);
}

/** The samples that may still be asked for, with a new one. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const oldest = Date.parse(sample.at) - KEPT_HOURS * HOUR_MS;
  return [...samples.filter(({ at }) => Date.parse(at) >= oldest && at < sample.at), sample];
}

/**
 * The time within which so many of a hundred requests were answered, in milliseconds; between two bounds it is taken from the
 * straight line, as Prometheus does.
 *
 * @returns undefined when nothing was asked
 */
export function percentile({ within }: Counts, percent: number): number | undefined {
  const bounds = Object.entries(within)
    .map(([bound, count]) => ({ bound: bound === '+Inf' ? Infinity : Number(bound), count }))
    .sort((one, other) => one.bound - other.bound);
  const all = bounds.at(-1)?.count ?? 0;
  if (all === 0) return undefined;
  const wanted = (all * percent) / 100;
  const index = bounds.findIndex(({ count }) => count >= wanted);
  const [above, below = { bound: 0, count: 0 }] = [bounds[index], bounds[index - 1]];
  // Of what is beyond the last bound nothing is known but that.
  if (above === undefined || above.bound === Infinity) return below.bound * 1000;
  const share = (wanted - below.count) / (above.count - below.count);
  return (below.bound + (above.bound - below.bound) * share) * 1000;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(LABEL)].map(({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? '']);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** The stack that a service of Traefik belongs to; of two that fit, the one with the longer name. */
function stackOf(name: string, stacks: readonly string[]): string | undefined {
  if (!COLOURS.some(colour => name.endsWith(`-${colour}`))) return undefined;
  const fitting = stacks.filter(stack => name.startsWith(`${stack}-`));
  return fitting.sort((one, other) => other.length - one.length)[0];
}

function growth(before: Counts | undefined, after: Counts): Counts {
  // One that was not there has counted all of this since.
  if (before === undefined || after.requests < before.requests) return after;
  const within = Object.entries(after.within).map(([bound, count]) => [bound, count - (before.within[bound] ?? 0)]);
  return {
    requests: after.requests - before.requests,
    errors: after.errors - before.errors,
    within: Object.fromEntries(within) as Record<string, number>,
  };
}

function plus(one: Counts, other: Counts): Counts {
  const bounds = new Set([...Object.keys(one.within), ...Object.keys(other.within)]);
  return {
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    within: Object.fromEntries(
      [...bounds].map(bound => [bound, (one.within[bound] ?? 0) + (other.within[bound] ?? 0)]),
    ),
  };
}
