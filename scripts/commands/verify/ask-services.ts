import { httpsProbe } from '../../adapters/https-probe';
import type { LocalDocker } from '../../adapters/local-docker';
import type { Deployable } from '../../release/deploy';
import type { CheckRow } from '../../verify/checks';
import { smoke } from '../deploy/site';

const HOST = 'localhost';
const HERE = '127.0.0.1';
/** What the proxy of a node says along, so that nobody is sent to https, which is not here. */
const PROXIED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': HOST };

/** Asks every routed service what the check names of it, as the proxy of a node would. */
export async function askServices(
  docker: LocalDocker,
  application: Deployable['swarm'],
  containers: ReadonlyMap<string, string>,
  version: string,
): Promise<readonly CheckRow[]> {
  const rows: CheckRow[] = [];
  for (const [service, { port }] of Object.entries(application.routes)) {
    const container = containers.get(service) ?? '';
    const ask = httpsProbe({ address: HERE, port: await docker.portOf(container, port), plain: true });
    const site = {
      ...{ name: 'local', hostnames: [HOST], application },
      probe: (question: Parameters<typeof ask>[0]) =>
        ask({ ...question, headers: { ...PROXIED, ...question.headers } }),
    };
    for (const { what, fault } of await smoke(site, version, [service])) {
      rows.push({ what: `${service} ${what}`, ...(fault !== undefined && { fault }) });
    }
  }
  return rows;
}
