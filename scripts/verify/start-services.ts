import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifySettings } from '../../stacks/environments/verify-settings';
import { type Clock, poll } from '../adapters/clock';
import type { LocalDocker } from '../adapters/local-docker';
import { ExitCode } from '../domain/exit-code';
import type { Release, ServiceFile } from '../domain/release/release';
import { SlipwayError } from '../domain/slipway-error';
import { filledIn } from '../domain/verify/local-database';
import { healthCommand, type LocalContainer, runArguments } from '../domain/verify/run-arguments';

export interface ServicesWorld {
  readonly docker: LocalDocker;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Name of the network. */
  readonly id: string;
  /** Folder for the files that the containers read, which goes afterwards. */
  readonly folder: string;
  readonly settings: VerifySettings;
  /** Password of the database. */
  readonly password: string;
}

const LOOK_EVERY_MS = 500;
const DEADLINE_SECONDS = 300;
/** Without a health check, nobody knows more than that it has not ended. */
const STEADY_MS = 3_000;
const SECRETS = '/run/secrets';

/** Starts the container of a service and answers its id. */
export async function startService(world: ServicesWorld, release: Release, name: string): Promise<string> {
  const service = serviceOf(release, name);
  await world.docker.provide(service.image);
  const port = release.manifest.routes[name]?.port;
  const { id } = world;
  const container: LocalContainer = {
    ...{ name, service, id },
    envFile: writeVariables(world, name, service),
    binds: [...secretsOf(world, name, service), ...configsOf(world, name, service, release)],
    ...(port !== undefined && { port }),
  };
  return world.docker.start(runArguments(container));
}

/**
 * Waits until a service is healthy, by its own check.
 *
 * @throws SlipwayError (exit code 5) when it ends, or is not in time
 */
export async function waitHealthy(
  { docker, clock, signal }: ServicesWorld,
  release: Release,
  name: string,
  container: string,
): Promise<void> {
  const command = healthCommand(serviceOf(release, name).healthcheck);
  const seconds = release.manifest.deadlineSeconds ?? DEADLINE_SECONDS;
  const began = clock.now();
  let reason = 'its health check has not answered yet';
  const look = async () => {
    const { running, exitCode, health } = await docker.stateOf(container);
    if (!running) throw unfit(`${name} ended with ${exitCode}`);
    if (command === undefined) {
      reason = `its health check says ${health}`;
      const isFine = health === '' ? clock.now() - began >= STEADY_MS : health === 'healthy';
      return isFine || undefined;
    }
    const { code, stdout, stderr } = await docker.execute(container, command);
    reason = `its health check ends with ${code}: ${`${stdout} ${stderr}`.replace(/\s+/g, ' ').trim()}`;
    return code === 0 || undefined;
  };
  const found = await poll(look, { clock, signal, intervalMs: LOOK_EVERY_MS, timeoutMs: seconds * 1000 });
  if (found === true) return;
  throw unfit(signal.aborted ? `${name}: interrupted` : `${name} is not healthy after ${seconds} s: ${reason}`);
}

function writeVariables(
  { folder, settings, password }: ServicesWorld,
  name: string,
  { environment }: ServiceFile,
): string {
  const file = join(folder, `${name}.env`);
  const variables = Object.entries({ ...environment, ...settings.variables });
  const lines = variables.map(
    ([variable, value]) => `${variable}=${oneLine(name, variable, filledIn(value, password))}\n`,
  );
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
}

function oneLine(name: string, variable: string, value: string): string {
  if (!value.includes('\n')) return value;
  throw new SlipwayError(
    `variable ${variable} of ${name} has several lines, which plain Docker does not take; use a config, or verify.variables`,
  );
}

function secretsOf(world: ServicesWorld, name: string, { secrets = [] }: ServiceFile): LocalContainer['binds'] {
  return secrets.map(({ source, target = source }) => {
    const value = world.settings.secrets?.[source];
    if (value === undefined) {
      throw new SlipwayError(
        `secret ${source} of ${name} has no value here; add it to verify.secrets in stacks/environments/application.ts`,
      );
    }
    const content = filledIn(value, world.password);
    return { source: writeFile(world, `${name}-secret-${source}`, content), target: join(SECRETS, target) };
  });
}

function configsOf(
  world: ServicesWorld,
  name: string,
  { configs = [] }: ServiceFile,
  { stack }: Release,
): LocalContainer['binds'] {
  return configs.map(({ source, target }) => {
    const content = stack.configs?.[source]?.content ?? '';
    return { source: writeFile(world, `${name}-config-${source}`, content), target };
  });
}

/** A file that the user of the container may read, in a folder that nobody else of this machine may enter. */
function writeFile({ folder }: ServicesWorld, name: string, content: string): string {
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const file = join(files, name);
  writeFileSync(file, content);
  chmodSync(file, 0o444);
  return file;
}

function serviceOf({ stack }: Release, name: string): ServiceFile {
  const service = stack.services[name];
  if (service === undefined) throw new RangeError(`no service ${name}`);
  return service;
}

function unfit(what: string): SlipwayError {
  return new SlipwayError(what, ExitCode.VerificationFailed);
}
