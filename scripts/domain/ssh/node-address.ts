import { SlipwayError } from '../slipway-error';

/** Where somebody says that a node is. */
export interface NodeAddress {
  /** @default - the account of the release program */
  readonly user?: string;
  /** Name or address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
}

const SSH_PORT = 22;
/** The one kind of key that a node publishes. */
const KIND = 'ssh-ed25519';
const ADDRESS =
  /^(?:(?<user>[a-z_][a-z0-9_-]{0,31})@)?(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?))(?::(?<port>\d{1,5}))?$/i;

/** Reads `user@host:port`; user and port may be left out. */
export function parseNodeAddress(text: string): NodeAddress {
  const { user, v6, name, port } = ADDRESS.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  const number = port === undefined ? SSH_PORT : Number(port);
  if (host === undefined || number < 1 || number > 65_535) {
    throw new SlipwayError(
      `--host is ${JSON.stringify(text)}, allowed is user@host:port; write it like deploy@203.0.113.7`,
    );
  }
  return { host, port: number, ...(user !== undefined && { user }) };
}

/**
 * The key of a node in the text of a known_hosts file.
 *
 * @returns undefined when there is none of the kind that nodes have
 */
export function hostKeyOf({ host, port }: NodeAddress, knownHosts: string): string | undefined {
  const wanted = port === SSH_PORT ? [host, `[${host}]:${port}`] : [`[${host}]:${port}`];
  for (const line of knownHosts.split('\n')) {
    const [names = '', kind, key] = line.trim().split(/\s+/);
    if (kind === KIND && key !== undefined && names.split(',').some(name => wanted.includes(name)))
      return `${kind} ${key}`;
  }
  return undefined;
}
