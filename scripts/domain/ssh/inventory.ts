import { InvalidValueError } from '../../../constructs/invalid-value';
import { parseNodeAddress } from './node-address';

/** What is known of a deployed environment without asking Terraform or AWS. */
export interface InventoryEntry {
  /** Outputs of Terraform. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The node's own key, `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  /** `user@host:port` of the node. @default - the way that the environment's data says */
  readonly host?: string;
  /** File of the private key. @default - the keys of the agent */
  readonly identity?: string;
  /** `host:port` that is asked in place of what DNS says, e.g. before a domain is delegated. @default - what DNS says */
  readonly address?: string;
  /** @default 3306 */
  readonly databasePort?: number;
}

export type Inventory = Readonly<Record<string, InventoryEntry>>;

const KEYS = ['outputs', 'hostKey', 'host', 'identity', 'address', 'databasePort'];
const HOST_KEY = /^ssh-ed25519 [A-Za-z0-9+/=]+( .*)?$/;
const NEXT = 'write it anew: slipway node inventory prod > inventory.json';

/** @throws InvalidValueError that names what is wrong */
export function parseInventory(file: string, text: string): Inventory {
  const all = objectOf(parsed(file, text), file);
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      entryOf(objectOf(value, `${file}: ${name}`), `${file}: ${name}`),
    ]),
  );
}

function entryOf(entry: Readonly<Record<string, unknown>>, what: string): InventoryEntry {
  const unknown = Object.keys(entry).find(key => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(what, unknown, `only ${KEYS.join(', ')}`);
  const { outputs, hostKey, host, identity, address, databasePort } = entry;
  objectOf(outputs, `${what}.outputs`);
  if (typeof hostKey !== 'string' || !HOST_KEY.test(hostKey))
    throw wrong(`${what}.hostKey`, hostKey, 'ssh-ed25519 AAAA...');
  for (const [key, value] of Object.entries({ host, identity, address })) {
    if (value !== undefined && typeof value !== 'string') throw wrong(`${what}.${key}`, value, 'text');
  }
  if (typeof host === 'string' && !isAddress(host)) throw wrong(`${what}.host`, host, 'user@host:port');
  // Without its port, port 22 would be asked for the site.
  if (typeof address === 'string' && !(/:\d+$/.test(address) && isAddress(address))) {
    throw wrong(`${what}.address`, address, 'host:port');
  }
  if (databasePort !== undefined && !isPort(databasePort)) {
    throw wrong(`${what}.databasePort`, databasePort, 'a port');
  }
  return entry as unknown as InventoryEntry;
}

function isAddress(text: string): boolean {
  try {
    parseNodeAddress(text);
    return true;
  } catch {
    return false;
  }
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= 65_535;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw wrong(file, error instanceof Error ? error.message : error, 'JSON');
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(what, value, 'an object');
}

function wrong(what: string, value: unknown, allowed: string): InvalidValueError {
  return new InvalidValueError(what, value, allowed, NEXT);
}
