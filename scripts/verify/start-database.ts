import { randomBytes } from 'node:crypto';
import { type Clock, poll } from '../adapters/clock';
import type { LocalDocker } from '../adapters/local-docker';
import { databaseTarget, openSession } from '../adapters/mysql-session';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { LOCAL_DATABASE, localDatabaseUrl } from '../domain/verify/local-database';
import { VERIFY_LABEL } from '../domain/verify/run-arguments';

export interface DatabaseWorld {
  readonly docker: LocalDocker;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Name of the network. */
  readonly id: string;
}

export interface LocalDatabase {
  readonly password: string;
  /** Address of the schema for this machine. */
  readonly url: string;
}

const START_TIMEOUT_MS = 180_000;
const LOOK_EVERY_MS = 500;
const HERE = '127.0.0.1';

/** Starts a database with an empty schema, and resolves when it lets one in from here. */
export async function startDatabase(
  { docker, clock, signal, id }: DatabaseWorld,
  image: string,
): Promise<LocalDatabase> {
  const { host, port, schema } = LOCAL_DATABASE;
  const password = randomBytes(16).toString('hex');
  await docker.provide(image);
  // Values go by the environment of `docker`, as everybody on this machine can read its arguments.
  const variables = { MYSQL_ROOT_PASSWORD: password, MYSQL_DATABASE: schema };
  const names = Object.keys(variables).flatMap(name => ['--env', name]);
  const about = ['--detach', '--label', `${VERIFY_LABEL}=${id}`, '--network', id, '--network-alias', host];
  const container = await docker.start([...about, ...names, '--publish', `${HERE}::${port}`, image], variables);
  const url = localDatabaseUrl(password, { host: HERE, port: await docker.portOf(container, port) });
  let reason = '';
  const look = async () => {
    const { running, exitCode } = await docker.stateOf(container);
    if (!running) {
      const last = (await docker.logs(container, 1)).join(' ');
      throw new SlipwayError(`${image} ended with ${exitCode}: ${last}`, ExitCode.VerificationFailed);
    }
    try {
      await (await openSession(databaseTarget(url, {}))).end();
      return true;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  };
  const found = await poll(look, { clock, signal, intervalMs: LOOK_EVERY_MS, timeoutMs: START_TIMEOUT_MS });
  if (found === true) return { password, url };
  const why = signal.aborted ? 'interrupted' : `not there after ${START_TIMEOUT_MS / 1000} s: ${reason}`;
  throw new SlipwayError(`${image}: ${why}`, ExitCode.VerificationFailed);
}
