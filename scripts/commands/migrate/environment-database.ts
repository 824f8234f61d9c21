import { environmentNamed } from '../../../stacks/environments';
import { site } from '../../../stacks/environments/site';
import { awsClients } from '../../adapters/aws-clients';
import { type DatabaseTarget, databaseTarget } from '../../adapters/database-target';
import { readSecretParameter } from '../../adapters/parameter-store';
import { Ssh } from '../../adapters/ssh';
import type { Context } from '../context';
import { inventoryEntry } from '../node/inventory';
import { nodeTarget, outputOf, type ReadOutputs, readOutputs } from '../node/node-target';

/** How the database of an environment is reached. */
export interface EnvironmentOptions {
  /** Name of the environment, e.g. `prod`. */
  readonly environment: string;
  /** Whether the node forwards the connection; otherwise this machine is in the database's network. @default true */
  readonly forward?: boolean;
  /** Private key of the node's account. @default - the keys of the agent */
  readonly identity?: string;
  /** Name of the secret that holds the URL, with user and password. @default 'database-url' */
  readonly secret?: string;
}

const SECRET = 'database-url';
const PORT = 3306;

/**
 * Gives `work` the database of an environment: where it is from Terraform, user, password and schema from the secret store,
 * over TLS with a verified host name, and through the node unless this machine is in the same network.
 */
export async function withEnvironmentDatabase<T>(
  { environment, forward = true, identity, secret = SECRET }: EnvironmentOptions,
  context: Context,
  work: (target: DatabaseTarget) => Promise<T>,
  outputsOf: ReadOutputs = readOutputs,
): Promise<T> {
  environmentNamed(environment);
  const outputs = await outputsOf(context, environment);
  const url = await readSecretParameter(awsClients(context), `/${site.project}/${environment}/secrets/${secret}`);
  const host = outputOf(environment, outputs, 'DatabaseEndpoint');
  const port = inventoryEntry(context, environment)?.databasePort ?? PORT;
  const target = { ...databaseTarget(url, context.env), host, port, tls: true };
  if (!forward) return work(target);

  const node = { environment, ...(identity !== undefined && { identity }) };
  const ssh = new Ssh(await nodeTarget(context, node, () => Promise.resolve(outputs)), context.env);
  try {
    return await work({ ...target, stream: () => ssh.forward(target.host, target.port) });
  } finally {
    ssh.close();
  }
}
