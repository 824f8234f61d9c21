import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { SwarmLab } from '../../rehearsal/swarm-lab/swarm-lab';
import { untilPublic } from './public-version';

/** A service that Docker updates by itself. */
export interface BareService {
  /** Milliseconds until the public gets the version and no other. */
  update(version: string, image: string): Promise<number>;
}

const NAME = 'bare';
const HOST = 'www.example.org';

/** One task behind Traefik, updated start-first, as good as Docker does it alone. */
export async function bareService(lab: SwarmLab, image: string): Promise<BareService> {
  const labels = [
    'traefik.enable=true',
    'traefik.swarm.network=edge',
    `traefik.http.services.${NAME}.loadbalancer.server.port=8080`,
  ];
  // A stack has a network of its own beside the public one.
  await lab.docker('network', 'create', '--driver', 'overlay', NAME);
  await lab.docker(
    ...['service', 'create', '--detach', '--quiet', '--name', NAME, '--network', 'edge', '--network', NAME],
    ...['--endpoint-mode', 'dnsrr', '--read-only'],
    ...['--update-order', 'start-first', '--no-resolve-image', ...labels.flatMap(label => ['--label', label]), image],
  );
  const rule = `Host(\`${HOST}\`)`;
  const router = { rule, service: `${NAME}@swarm`, entryPoints: ['websecure'], tls: {}, priority: 1_000_000 };
  const file = path.join(lab.dynamic, `${NAME}.yml`);
  writeFileSync(`${file}.new`, JSON.stringify({ http: { routers: { [NAME]: router } } }));
  renameSync(`${file}.new`, file);
  await untilPublic(lab.ports.https, HOST, '0.0.0', performance.now());
  return {
    update: async (version, wanted) => {
      const since = performance.now();
      await lab.docker('service', 'update', '--detach', '--quiet', '--no-resolve-image', '--image', wanted, NAME);
      return untilPublic(lab.ports.https, HOST, version, since);
    },
  };
}
