import { readFileSync } from 'node:fs';
import { environmentNamed } from '../../../stacks/environments';
import { awsClients } from '../../adapters/aws-clients';
import { SlipwayError } from '../../domain/slipway-error';
import { hostKeyOf, parseNodeAddress } from '../../domain/ssh/node-address';
import type { SshTarget } from '../../domain/ssh/ssh-arguments';
import type { Context } from '../context';
import { inventoryEntry } from './inventory';

/** Where a node is, for whoever knows better than Terraform, or has no Terraform. */
export interface NodeOptions {
  /** Name of the environment, e.g. `prod`. */
  readonly environment: string;
  /** `user@host:port` instead of what Terraform knows. */
  readonly host?: string;
  /** File with the host key, for `host`. */
  readonly knownHosts?: string;
  /** File of the private key. @default - the keys of the agent */
  readonly identity?: string;
}

/** What Terraform knows about a deployed environment. */
export type Outputs = Readonly<Record<string, unknown>>;

/** Asks the inventory, or Terraform; a test hands in its own. */
export type ReadOutputs = (context: Context, environment: string) => Promise<Outputs>;

export const readOutputs: ReadOutputs = async (context, environment) => {
  const known = inventoryEntry(context, environment);
  if (known !== undefined) return known.outputs;
  const { withTerraform } = await import('../with-terraform');
  return withTerraform(context, environment, ({ terraform }) => terraform.outputs());
};

const ACCOUNT = 'deploy';

/** The node of an environment, as it is deployed, or where the options say. */
export async function nodeTarget(context: Context, options: NodeOptions, outputsOf: ReadOutputs): Promise<SshTarget> {
  const { environment: name, identity } = options;
  const common = { name, user: ACCOUNT, ...(identity !== undefined && { identity }) };
  if (options.host !== undefined) return { ...common, ...placeOf(options.host, options.knownHosts) };
  if (options.knownHosts !== undefined)
    throw new SlipwayError('--known-hosts belongs to --host; add it, or leave both out');
  const { node } = environmentNamed(name);
  const known = inventoryEntry(context, name);
  const outputs = await outputsOf(context, name);
  const key = known?.identity !== undefined ? { identity: known.identity, ...common } : common;
  if (known?.host !== undefined) {
    const { user, host, port } = parseNodeAddress(known.host);
    const route = { via: 'direct', host, port } as const;
    return { ...key, ...(user !== undefined && { user }), hostKey: known.hostKey, route };
  }
  const instanceId = outputOf(name, outputs, 'NodeInstanceId');
  return {
    ...key,
    hostKey: known?.hostKey ?? (await hostKeyInVault(context, outputOf(name, outputs, 'NodeVaultName'), instanceId)),
    route:
      node.ssh.via === 'direct'
        ? { via: 'direct', host: outputOf(name, outputs, 'NodeAddress') }
        : { via: 'instance-connect', instanceId, region: awsClients(context).region },
  };
}

async function hostKeyInVault(context: Context, vault: string, instanceId: string): Promise<string> {
  // It brings the AWS SDK, which takes longer to load than most nodes to answer.
  const { readHostKey } = await import('../../adapters/node-host-key');
  return readHostKey(awsClients(context), vault, instanceId);
}

/** @throws SlipwayError when the environment is not deployed */
export function outputOf(environment: string, outputs: Outputs, name: string): string {
  const value = outputs[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new SlipwayError(`${environment} has no output ${name}; deploy it first: npx cdktf deploy ${environment}`);
}

function placeOf(
  text: string,
  knownHosts: string | undefined,
): Pick<SshTarget, 'hostKey' | 'route'> & { user?: string } {
  const address = parseNodeAddress(text);
  const { user, host, port } = address;
  if (knownHosts === undefined) {
    throw new SlipwayError(
      `--host needs --known-hosts, a file with the host key of ${host}: no other machine is talked to`,
    );
  }
  const hostKey = hostKeyOf(address, read(knownHosts));
  if (hostKey === undefined) {
    throw new SlipwayError(
      `${knownHosts} has no ssh-ed25519 key of ${host}, port ${port}; the node's own is in its vault, below nodes/`,
    );
  }
  return { hostKey, route: { via: 'direct', host, port }, ...(user !== undefined && { user }) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SlipwayError(`--known-hosts ${file} cannot be read: ${(error as Error).message}; correct it`);
  }
}
