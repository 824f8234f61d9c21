import { environmentNamed } from '../../../stacks/environments';
import { site } from '../../../stacks/environments/site';
import { awsClients } from '../../adapters/aws-clients';
import { type DatabaseTarget, databaseTarget } from '../../adapters/database-target';
import { readHostKey } from '../../adapters/node-host-key';
import { readSecretParameter } from '../../adapters/parameter-store';
import { Ssh } from '../../adapters/ssh';
import { SlipwayError } from '../../domain/slipway-error';
import type { SshRoute } from '../../domain/ssh/ssh-arguments';
import type { Context } from '../context';
import { withTerraform } from '../with-terraform';

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

const DEPLOY_USER = 'deploy';
const SECRET = 'database-url';
const PORT = 3306;

/** What Terraform knows about a deployed environment; a test hands in its own. */
export type ReadOutputs = (context: Context, environment: string) => Promise<Readonly<Record<string, unknown>>>;

const readOutputs: ReadOutputs = (context, environment) =>
  withTerraform(context, environment, ({ terraform }) => terraform.outputs());

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
  const { node } = environmentNamed(environment);
  const outputs = await outputsOf(context, environment);
  const text = (name: string): string => {
    const value = outputs[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new SlipwayError(`${environment} has no output ${name}; deploy it first: npx cdktf deploy ${environment}`);
  };
  const clients = awsClients(context);
  const url = await readSecretParameter(clients, `/${site.project}/${environment}/secrets/${secret}`);
  const target = { ...databaseTarget(url, context.env), host: text('DatabaseEndpoint'), port: PORT, tls: true };
  if (!forward) return work(target);

  const instanceId = text('NodeInstanceId');
  const route: SshRoute =
    node.ssh.via === 'direct'
      ? { via: 'direct', host: text('NodeAddress') }
      : { via: 'instance-connect', instanceId, region: clients.region };
  const hostKey = await readHostKey(clients, text('NodeVaultName'), instanceId);
  const ssh = new Ssh(
    { name: environment, user: DEPLOY_USER, hostKey, route, ...(identity !== undefined && { identity }) },
    context.env,
  );
  try {
    return await work({ ...target, stream: () => ssh.forward(target.host, target.port) });
  } finally {
    ssh.close();
  }
}
