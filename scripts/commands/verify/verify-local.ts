import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Application, application as configured } from '../../../stacks/environments/application';
import { systemClock } from '../../adapters/clock';
import { LocalDocker } from '../../adapters/local-docker';
import { renderRelease } from '../../domain/deploy/render-release';
import { ExitCode } from '../../domain/exit-code';
import { imageRepository } from '../../domain/image/image-repository';
import type { Release } from '../../domain/release/release';
import { SlipwayError } from '../../domain/slipway-error';
import { volumesOf } from '../../domain/verify/run-arguments';
import { type Deployable, deployable } from '../../release/deploy';
import { assertFits, REVISION_LABEL } from '../../release/images';
import { Checks } from '../../verify/checks';
import { type LocalDatabase, startDatabase } from '../../verify/start-database';
import { startService, type ServicesWorld, waitHealthy } from '../../verify/start-services';
import type { Action } from '../action';
import type { Context } from '../context';
import { imageRegistry, loginOf } from '../image-port';
import { askServices } from './ask-services';
import { fillDatabase } from './fill-database';

export interface VerifyLocalOptions {
  readonly version: string;
}

/** What is verified. */
interface Built {
  readonly version: string;
  readonly digest: string;
  readonly commit: string;
}

const DATABASE = 'mysql:8.4';
const LOG_LINES = 50;

/**
 * `slipway verify local`: starts a built image with a real database on this machine's Docker, asks it what the check names, and
 * removes everything again, however it ended.
 */
export function verifyLocal({ version }: VerifyLocalOptions, application: Application = configured): Action {
  return async context => {
    const app = deployable(application);
    const built = await findBuilt(context, app, version);
    const release = releaseOf(app, built);
    if (context.dryRun) {
      const names = Object.keys(release.stack.services).join(', ');
      context.output.print(`would start ${names} of ${built.digest} with ${databaseOf(app) || 'no database'}`);
      return ExitCode.Done;
    }
    const folder = mkdtempSync(join(tmpdir(), 'slipway-verify-'));
    const id = basename(folder);
    const { shell, signal, output } = context;
    const docker = new LocalDocker({ shell, signal, id, folder });
    const checks = new Checks();
    try {
      const settings = app.verify ?? {};
      await verify(
        context,
        app,
        built,
        { docker, clock: systemClock, signal, id, folder, settings, password: '' },
        checks,
      );
      if (signal.aborted) throw new SlipwayError('the verification was interrupted', ExitCode.VerificationFailed);
    } finally {
      checks.tell(output, { command: 'verify local', ...built });
      output.log('removing what was started');
      await docker.removeAll(volumesOf(id, release.stack.services));
      rmSync(folder, { recursive: true, force: true });
    }
    checks.assertPassed(`${version} (${built.digest})`);
    output.print(`${version} works here: ${built.digest}`);
    return ExitCode.Done;
  };
}

async function findBuilt(context: Context, { image: settings }: Deployable, version: string): Promise<Built> {
  const image = await (await imageRegistry(context, settings)).find(version);
  if (image === undefined) {
    throw new SlipwayError(
      `${settings.repository} has no ${version}; build it first: slipway build ${version}`,
      ExitCode.Refused,
    );
  }
  const commit = image.labels[REVISION_LABEL] ?? '';
  assertFits(settings, image, commit);
  return { version, digest: image.digest, commit };
}

function releaseOf({ image, swarm }: Deployable, { version, digest, commit }: Built): Release {
  const { reference, server } = imageRepository(image.repository);
  const about = { stack: 'local', environment: 'local', by: 'local', registry: server };
  return renderRelease(swarm, { ...about, version, commit, image: `${reference}@${digest}` });
}

function databaseOf({ verify }: Deployable): string | false {
  return verify?.database ?? DATABASE;
}

async function verify(
  context: Context,
  app: Deployable,
  built: Built,
  world: ServicesWorld,
  checks: Checks,
): Promise<void> {
  const { docker } = world;
  const { reference, server } = imageRepository(app.image.repository);
  const login = await loginOf(context, app.image);
  const [, short = ''] = /^sha256:(.{12})/.exec(built.digest) ?? [];
  await checks.step(`image ${short}`, async () => {
    await docker.provide(`${reference}@${built.digest}`, login && { server, login });
    await docker.makeNetwork();
  });
  const database = await withDatabase(context, app, built, world, checks);
  const release = releaseOf(app, built);
  const all = { ...world, password: database?.password ?? '' };
  const containers = new Map<string, string>();
  try {
    for (const name of Object.keys(release.stack.services)) {
      containers.set(name, await checks.step(`${name} starts`, () => startService(all, release, name)));
    }
    for (const [name, container] of containers) {
      await checks.step(`${name} is healthy`, () => waitHealthy(all, release, name, container));
    }
    for (const row of await askServices(docker, app.swarm, containers, built.version)) checks.add(row);
  } finally {
    if (!checks.passed) await tellLogs(context, docker, containers);
  }
}

async function withDatabase(
  context: Context,
  app: Deployable,
  { commit }: Built,
  world: ServicesWorld,
  checks: Checks,
): Promise<LocalDatabase | undefined> {
  const image = databaseOf(app);
  if (image === false) return undefined;
  const database = await checks.step(`database ${image}`, () => startDatabase(world, image));
  await fillDatabase(context, app, { commit, folder: world.folder, url: database.url }, checks);
  return database;
}

async function tellLogs(
  { output }: Context,
  docker: LocalDocker,
  containers: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name, container] of containers) {
    output.log(`last lines of ${name}:`);
    for (const line of await docker.logs(container, LOG_LINES)) output.log(`  ${line}`);
  }
}
