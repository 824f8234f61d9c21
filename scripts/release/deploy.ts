import type { Application, ImageSettings } from '../../stacks/environments/application';
import type { SwarmApplication } from '../../stacks/swarm/application';
import { contains, fetchBranches, knowsCommit } from '../adapters/git-remote';
import { type ReleaseChange, releaseChanges } from '../domain/deploy/release-changes';
import { renderRelease, type RenderWish } from '../domain/deploy/render-release';
import type { SchemaPlan } from '../domain/deploy/schema-plan';
import { ExitCode } from '../domain/exit-code';
import { type Descent, olderThanLive } from '../domain/guard/older-than-live';
import { judge, type Override, type OverrideWish, type Refusal } from '../domain/guard/refusal';
import { commitTag, imageRepository } from '../domain/image/image-repository';
import type { Release } from '../domain/release/release';
import { SlipwayError } from '../domain/slipway-error';
import type { DeployPorts, SchemaPort } from './deploy-ports';
import { findImage, type FoundImage } from './find-image';

/** An application that this tool can bring to a node. */
export interface Deployable extends Application {
  readonly image: ImageSettings;
  readonly swarm: SwarmApplication;
}

export interface DeployWish extends OverrideWish, Pick<RenderWish, 'only' | 'pause' | 'canary' | 'strategy'> {
  readonly version: string;
  readonly by: string;
  readonly runUrl?: string;
  /** Commit whose image it is. @default - what the image with the version as its tag says */
  readonly commit?: string;
  /** What the image must be. @default - whatever the tag names */
  readonly digest?: string;
}

/** A deployment that was looked at from all sides and not begun. */
export interface Prepared {
  readonly release: Release;
  readonly digest: string;
  readonly commit: string;
  /** Version that is live. */
  readonly from: string | null;
  /** Commit that is live. */
  readonly live?: string;
  readonly changes: readonly ReleaseChange[];
  readonly overrides: readonly Override[];
}

/** @throws SlipwayError for an application without an image, or without services */
export function deployable(application: Application): Deployable {
  const { image, swarm } = application;
  const missing = image === undefined ? 'image' : swarm === undefined ? 'swarm' : undefined;
  if (image !== undefined && swarm !== undefined) return { ...application, image, swarm };
  throw new SlipwayError(`nothing can be deployed; add \`${missing ?? ''}\` to stacks/environments/application.ts`);
}

/** Finds the image, asks every guard, and renders the release. Changes nothing. */
export async function prepareDeploy(ports: DeployPorts, app: Deployable, wish: DeployWish): Promise<Prepared> {
  const { environment, git } = ports;
  const [image, status, shown] = await Promise.all([
    findImage(ports, app, wish),
    environment.status(),
    environment.show(),
    fetchBranches(git),
  ]);
  const live =
    status.version !== null && status.commit !== null ? { version: status.version, commit: status.commit } : undefined;
  const refusals = environment.protect
    ? [
        ...(await ports.refusals(image.commit)),
        ...(live ? await descentRefusals(ports, { ...wish, ...image }, live) : []),
      ]
    : [];
  const overrides = judge(refusals, wish);
  const before = live && shown;
  const release = render(ports, app, { ...wish, ...image, overrides, ...(before && { before }) });
  environment.check(release);
  const changes = releaseChanges(before, release);
  return { release, ...image, from: status.version, ...(live && { live: live.commit }), changes, overrides };
}

/** Brings what was prepared to the public: schema, assets, tasks, schema again; each proven before the next. */
export async function deploy(ports: DeployPorts, prepared: Prepared): Promise<void> {
  const { environment, timed, schema } = ports;
  if (schema === undefined) return roll(ports, prepared);
  await schema(prepared.commit, async migrations => {
    const { version } = prepared.release.manifest;
    const plan = await migrations.plan();
    const levelled = withLevel(prepared, plan);
    ports.log(`schema of ${environment.name}: ${plan.before.length + plan.after.length} pending`);
    const last = plan.before.at(-1)?.seq;
    if (last !== undefined) await timed(`expand the schema to (${last})`, () => migrations.up(last, version));
    await roll(ports, levelled);
    if (plan.after.length > 0) await contract(ports, migrations, plan, version);
  });
}

/** What is pending in the schema for a commit; undefined where migrations are none of this tool's. */
export async function schemaPlanOf(ports: DeployPorts, commit: string): Promise<SchemaPlan | undefined> {
  return ports.schema?.(commit, migrations => migrations.plan());
}

async function roll(ports: DeployPorts, { release, digest }: Prepared): Promise<void> {
  const { environment, timed, publishAssets, purge } = ports;
  const { version } = release.manifest;
  if (publishAssets) await timed(`publish the assets of ${version}`, () => publishAssets(version, digest));
  await environment.apply(release);
  if (isOnTrial(release)) return;
  await timed(`ask ${environment.name} from outside`, () => environment.verify(version)).catch((error: unknown) => {
    throw unseen(environment.name, version, error);
  });
  if (purge) await timed('purge the CDN', purge);
}

/** The node has proven the release to itself, so what is wrong lies between it and here: going back would not mend it. */
function unseen(environment: string, version: string, error: unknown): unknown {
  if (!(error instanceof SlipwayError)) return error;
  const next = `look with slipway smoke ${environment}; to go back: slipway rollback ${environment}`;
  const message = `${version} is live on the node, but ${error.message}; check DNS, firewall and certificate; ${next}`;
  return new SlipwayError(message, ExitCode.RollbackFailed, { cause: error });
}

async function contract(ports: DeployPorts, migrations: SchemaPort, plan: SchemaPlan, version: string): Promise<void> {
  const { log, timed } = ports;
  const files = plan.after.map(({ up }) => up.name).join(', ');
  log(`${version} serves; what it no longer needs goes: ${files}`);
  await timed(`contract the schema to (${plan.level})`, () => migrations.up(plan.level, version));
}

/** Whether somebody still decides about it. */
function isOnTrial({ manifest: { canary, pause } }: Release): boolean {
  return canary !== undefined || pause === true;
}

/** @throws SlipwayError (exit code 9) when there would be no way back from a trial */
function withLevel(prepared: Prepared, { level, after }: SchemaPlan): Prepared {
  const { release } = prepared;
  if (isOnTrial(release) && after.length > 0) {
    throw new SlipwayError(
      `${after[0]?.up.name ?? ''} contracts the schema, which a release that can still be taken back must not do; leave out --pause and --canary`,
      ExitCode.Refused,
    );
  }
  return { ...prepared, release: { ...release, manifest: { ...release.manifest, migrationLevel: level } } };
}

async function descentRefusals(
  { git }: DeployPorts,
  { version, commit }: { readonly version: string; readonly commit: string },
  live: { readonly version: string; readonly commit: string },
): Promise<readonly Refusal[]> {
  const known = await Promise.all([commit, live.commit].map(one => knowsCommit(git, one)));
  const descent: Descent =
    commit === live.commit
      ? 'same'
      : known.includes(false)
        ? 'unknown'
        : (await contains(git, commit, live.commit))
          ? 'newer'
          : (await contains(git, live.commit, commit))
            ? 'older'
            : 'beside';
  return olderThanLive({ version, descent }, live);
}

interface RenderFacts extends DeployWish, FoundImage {
  readonly commit: string;
  readonly digest: string;
  readonly overrides: readonly Override[];
  readonly before?: Release;
}

function render({ environment }: DeployPorts, app: Deployable, facts: RenderFacts): Release {
  const { version, commit, digest, by, runUrl, overrides, why, before, only, pause, canary, strategy } = facts;
  const { repository } = app.image;
  const said = overrides.map(({ guard }) => `${guard} overridden`);
  const reason = [...said, ...(why ? [why] : [])].join(': ');
  return renderRelease(app.swarm, {
    ...{ stack: environment.stack, environment: environment.name, version, commit, by },
    // The version is a tag only once it was checked; what the commit's tag names, the digest says.
    image: `${repository}:${commitTag(commit)}@${digest}`,
    registry: imageRepository(repository).server,
    ...(reason !== '' && { reason }),
    ...(runUrl !== undefined && { runUrl }),
    ...(before && { live: before }),
    ...(only && { only }),
    ...(pause !== undefined && { pause }),
    ...(canary !== undefined && { canary }),
    ...(strategy !== undefined && { strategy }),
  });
}
