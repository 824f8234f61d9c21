import type { CdnZone } from '../../../stacks/environments/application';
import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';

/** What is to be purged, as a person says it. Nothing: what the data says. */
export interface PurgeWish {
  readonly everything: boolean;
  readonly hosts: readonly string[];
  /** Host and path without a scheme, e.g. `www.example.org/images`. */
  readonly prefixes: readonly string[];
  readonly urls: readonly string[];
}

/** The body of one request to Cloudflare's purge_cache. */
export type PurgeBody =
  | { readonly purge_everything: true }
  | { readonly hosts: readonly string[] }
  | { readonly prefixes: readonly string[] }
  | { readonly files: readonly string[] };

export interface ZonePurge {
  readonly zone: string;
  readonly bodies: readonly PurgeBody[];
}

/** Cloudflare takes no more items a request. */
const ITEMS_A_REQUEST = 100;

/** The requests that a purge takes, by zone. */
export function purgePlan(zones: readonly CdnZone[], wish: PurgeWish): ZonePurge[] {
  const { everything, hosts, prefixes, urls } = wish;
  if (everything) return zones.map(({ zone }) => ({ zone, bodies: [{ purge_everything: true }] }));
  if (hosts.length + prefixes.length + urls.length === 0) return zones.map(configured);
  const byZone = (items: readonly string[], hostOf: (item: string) => string, zone: CdnZone) =>
    items.filter(item => zoneOf(zones, hostOf(item), item) === zone);
  return zones
    .map(zone => ({
      zone: zone.zone,
      bodies: [
        ...chunks(byZone(hosts, host => host, zone)).map(chunk => ({ hosts: chunk })),
        ...chunks(byZone(prefixes, hostOfPrefix, zone)).map(chunk => ({ prefixes: chunk })),
        ...chunks(byZone(urls, hostOfUrl, zone)).map(chunk => ({ files: chunk })),
      ],
    }))
    .filter(({ bodies }) => bodies.length > 0);
}

function configured({ zone, hosts }: CdnZone): ZonePurge {
  return { zone, bodies: hosts ? chunks(hosts).map(chunk => ({ hosts: chunk })) : [{ purge_everything: true }] };
}

/** The zone that a host is in. Somebody else's host is refused: a typing error must not empty the wrong cache. */
function zoneOf(zones: readonly CdnZone[], host: string, item: string): CdnZone {
  const found = zones
    .filter(({ zone, hosts }) => (hosts ? hosts.includes(host) : host === zone || host.endsWith(`.${zone}`)))
    .sort((left, right) => right.zone.length - left.zone.length)[0];
  if (found) return found;
  const allowed = zones.flatMap(({ zone, hosts }) => hosts ?? [`*.${zone}`]).join(', ');
  throw new SlipwayError(
    `"${item}" is not of this application, allowed is ${allowed}; correct it, or \`cdn.zones\` in stacks/environments/application.ts`,
    ExitCode.Refused,
  );
}

function hostOfUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text).hostname;
  throw new SlipwayError(`--url is "${text}", allowed is a whole address, e.g. https://www.example.org/logo.png`);
}

function hostOfPrefix(text: string): string {
  const [, host] = /^([a-z0-9.-]+)(?:\/.*)?$/.exec(text) ?? [];
  if (host !== undefined) return host;
  throw new SlipwayError(
    `--prefix is "${text}", allowed is a host and a path without https://, e.g. www.example.org/images`,
  );
}

function chunks(items: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < items.length; at += ITEMS_A_REQUEST) all.push(items.slice(at, at + ITEMS_A_REQUEST));
  return all;
}
