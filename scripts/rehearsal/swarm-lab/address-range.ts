import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { SlipwayError } from '../../domain/slipway-error';
import type { LabShell } from './lab-shell';

/** Names and addresses of one lab, so that several can run beside each other and beside the person's own Docker. */
export interface AddressRange {
  readonly index: number;
  /** Bridge of the containers without a network of their own; its host has the address `host`. */
  readonly bridge: string;
  /** Bridge behind the published ports, which Docker would call docker_gwbridge. */
  readonly gatewayBridge: string;
  readonly host: string;
  /** The engine gives its containers addresses of this half; the other is for `host` and for workers. */
  readonly containers: string;
  readonly gatewaySubnet: string;
  /** UDP port of the overlay networks; one that two engines share would mix their networks. */
  readonly dataPathPort: number;
  readonly cgroup: string;
  readonly ports: LabPorts;
}

/** TCP ports on this machine, below those that outgoing connections get: a restarted engine finds its ports free. */
export interface LabPorts {
  readonly http: number;
  /** The same UDP port is for HTTP/3. */
  readonly https: number;
  readonly registry: number;
}

const MOST_LABS = 32;
const DATA_PATH_PORT = 24_789;
const WORKER_ADDRESSES = 10;
const FIRST_PORT = 28_000;

/** What the lab of that number is called; nothing here exists yet. */
export function addressRange(index: number): AddressRange {
  const prefix = `10.213.${index * 2}`;
  const port = FIRST_PORT + index * 3;
  return {
    index,
    bridge: `slipway${index}`,
    gatewayBridge: `slipwaygw${index}`,
    host: `${prefix}.1`,
    containers: `${prefix}.128/25`,
    gatewaySubnet: `10.213.${index * 2 + 1}.0/24`,
    dataPathPort: DATA_PATH_PORT + index,
    cgroup: `/slipway-swarm-${index}`,
    ports: { http: port, https: port + 1, registry: port + 2 },
  };
}

/** Address on the lab's bridge of the worker with that number, from 1. */
export function workerAddress(range: AddressRange, worker: number): string {
  return range.host.replace(/\d+$/, `${WORKER_ADDRESSES + worker}`);
}

/**
 * Makes the bridge of the first number that is free. A bridge that exists cannot be made again, so no two labs get the same.
 *
 * @throws SlipwayError when all numbers are taken
 */
export async function claimAddressRange(shell: LabShell): Promise<AddressRange> {
  for (let index = 0; index < MOST_LABS; index += 1) {
    const range = addressRange(index);
    if (hasAddresses(range) || !(await arePortsFree(range.ports))) continue;
    const made = await shell.run(['ip', 'link', 'add', range.bridge, 'type', 'bridge']);
    if (made.code === 0) {
      await shell.must(['ip', 'address', 'add', `${range.host}/24`, 'dev', range.bridge]);
      await shell.must(['ip', 'link', 'set', range.bridge, 'up']);
      return range;
    }
    if (!made.stderr.includes('File exists'))
      throw new SlipwayError(`no network bridge can be made: ${made.stderr.trim()}; the swarm lab needs root`);
  }
  throw new SlipwayError(
    `${MOST_LABS} swarm labs run already; end one, or remove its bridge with: ip link del slipway0`,
  );
}

function hasAddresses(range: AddressRange): boolean {
  const prefixes = [range.host, range.gatewaySubnet].map(address => address.replace(/\d+(\/\d+)?$/, ''));
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .some(({ address }) => prefixes.some(prefix => address.startsWith(prefix)));
}

async function arePortsFree(ports: LabPorts): Promise<boolean> {
  const each = await Promise.all(Object.values(ports).map(port => isPortFree(port as number)));
  return each.every(Boolean);
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
