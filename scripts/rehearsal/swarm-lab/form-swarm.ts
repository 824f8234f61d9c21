import type { AddressRange } from './address-range';
import type { LabShell } from './lab-shell';

const SWARM_PORT = 22_377;
const OVERLAY_POOL = '10.214.0.0/16';

/** Address of the manager, for workers. */
export function managerAddress(range: AddressRange): string {
  return `${range.host}:${SWARM_PORT}`;
}

/** Makes a swarm of one out of the engine, with the network that Traefik reaches services by. */
export async function formSwarm(shell: LabShell, range: AddressRange): Promise<void> {
  const option = (name: string, value: string) => ['--opt', `com.docker.network.bridge.${name}=${value}`];
  // Made by ourselves, as the engine would give it the same name as the person's engine does.
  await shell.docker(
    ...['network', 'create', '--subnet', range.gatewaySubnet, ...option('name', range.gatewayBridge)],
    ...[...option('enable_icc', 'false'), ...option('enable_ip_masquerade', 'false'), 'docker_gwbridge'],
  );
  const address = managerAddress(range);
  await shell.docker(
    ...['swarm', 'init', '--listen-addr', address, '--advertise-addr', address, '--task-history-limit', '2'],
    ...['--default-addr-pool', OVERLAY_POOL, '--data-path-port', `${range.dataPathPort}`],
  );
  await shell.docker('network', 'create', '--driver', 'overlay', 'edge');
}
