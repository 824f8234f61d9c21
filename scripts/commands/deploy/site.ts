import { type Environment, hostnamesOf } from '../../../stacks/environments/environment';
import type { SwarmApplication } from '../../../stacks/swarm/application';
import { httpsProbe } from '../../adapters/https-probe';
import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { parseNodeAddress } from '../../domain/ssh/node-address';
import { findFault, type Probe } from '../../domain/swarm/find-fault';
import { questionsOf } from '../../domain/swarm/questions-of';
import type { Context } from '../context';
import { inventoryEntry } from '../node/inventory';

/** The public side of an environment, asked from here. */
export interface Site {
  readonly name: string;
  readonly hostnames: readonly string[];
  readonly application: SwarmApplication;
  readonly probe: Probe;
}

/** One thing that was looked at. */
export interface SmokeRow {
  readonly host: string;
  /** What was asked, e.g. `/healthz`, or `version`. */
  readonly what: string;
  /** What was wrong. @default - nothing */
  readonly fault?: string;
}

const TRIES = 3;
const BETWEEN_MS = 1_000;

/** Asks what DNS names, or what the inventory says instead. A certificate of a staging CA is none that anybody vouches for. */
export function siteOf(context: Context, environment: Environment, application: SwarmApplication): Site {
  const { name, node } = environment;
  const address = inventoryEntry(context, name)?.address;
  const { host, port } = address === undefined ? {} : parseNodeAddress(address);
  const probe = httpsProbe({
    trustsAll: node.acmeStaging,
    ...(host !== undefined && { address: host }),
    ...(port !== undefined && { port }),
  });
  return { name, hostnames: hostnamesOf(environment), application, probe };
}

/**
 * Asks everything that the application's check names, each once.
 *
 * @param version   what must serve. @default - whatever does
 * @param services  which of the routed services are asked. @default - all of them
 */
export async function smoke(
  { hostnames, application, probe }: Site,
  version?: string,
  services: readonly string[] = Object.keys(application.routes),
): Promise<readonly SmokeRow[]> {
  const rows: SmokeRow[] = [];
  const { routes, check } = application;
  const ask = async (host: string, what: string, questions: Parameters<typeof findFault>[1]['questions']) => {
    const fault = await findFault(probe, { host, questions, version: version ?? '' });
    rows.push({ host, what, ...(fault !== undefined && { fault }) });
  };
  for (const service of services) {
    const { host, questions } = questionsOf({ routes, check }, hostnames, service);
    const { path, version: source, smoke: paths = [] } = questions;
    if (path !== undefined) await ask(host, path, { path });
    if (source !== undefined && version !== undefined) {
      await ask(host, 'version', { version: source, ...('header' in source && path !== undefined && { path }) });
    }
    for (const one of paths) await ask(host, one, { smoke: [one] });
  }
  return rows;
}

/**
 * Asks until everything is right, a few times.
 *
 * @throws SlipwayError (exit code 5) with the first thing that is not
 */
export async function assertServes(site: Site, version: string, { signal }: Pick<Context, 'signal'>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const wrong = (await smoke(site, version)).find(({ fault }) => fault !== undefined);
    if (wrong === undefined) return;
    if (tries === TRIES || signal.aborted) {
      throw new SlipwayError(
        `${site.name} does not serve ${version}: https://${wrong.host}: ${wrong.fault ?? ''}`,
        ExitCode.VerificationFailed,
      );
    }
    await new Promise(resolve => setTimeout(resolve, BETWEEN_MS));
  }
}
