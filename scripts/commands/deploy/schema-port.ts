import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SwarmMigrations } from '../../../stacks/swarm/application';
import type { Git } from '../../adapters/git';
import { readMigrations } from '../../adapters/migration-folder';
import { readHistory } from '../../adapters/migration-journal';
import { openSession } from '../../adapters/mysql-session';
import { schemaPlan } from '../../domain/deploy/schema-plan';
import { ExitCode } from '../../domain/exit-code';
import { levelOf } from '../../domain/migration/history';
import { SlipwayError } from '../../domain/slipway-error';
import type { SchemaPort } from '../../release/deploy-ports';
import type { Context } from '../context';
import { withTarget } from '../migrate/database-options';
import type { EnvironmentOptions } from '../migrate/environment-database';
import { up } from '../migrate/up';
import { FOLDER, REPORT_HOURS, WAIT_SECONDS } from '../migrate/defaults';

export interface SchemaOptions extends EnvironmentOptions {
  readonly settings: SwarmMigrations;
  /** Report of a run on a clone, see `migrate up --report`. */
  readonly report?: string;
}

/** Gives `work` the schema of an environment with the migrations that a commit has, whatever the work tree holds. */
export async function withSchema<T>(
  context: Context,
  git: Git,
  { settings, report, ...database }: SchemaOptions,
  commit: string,
  work: (schema: SchemaPort) => Promise<T>,
): Promise<T> {
  const top = await mkdtemp(join(tmpdir(), 'slipway-migrations-'));
  const folder = join(top, settings.folder ?? FOLDER);
  try {
    await unpack(context, git, commit, settings.folder ?? FOLDER, top);
    const plan = async () => {
      const migrations = await readMigrations(folder);
      return schemaPlan(migrations, await levelIn(context, database));
    };
    return await work({
      plan,
      up: async (to, release) => {
        if (wantsReport(settings, database.environment) && report === undefined)
          throw unrehearsed(database.environment);
        const options = { ...database, folder, to, release, waitSeconds: WAIT_SECONDS, maxReportAge: REPORT_HOURS };
        const required = report === undefined ? {} : { requireReport: report };
        const code = await up({ ...options, ...required, allowAhead: false, acceptDrift: false })(context);
        if (code !== ExitCode.Done) throw new SlipwayError(`the schema is not at (${to}); see above`, code);
      },
    });
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}

/** Whether an environment takes no migration that was not run on a clone. */
export function wantsReport(settings: SwarmMigrations | undefined, environment: string): boolean {
  return settings?.requireReport?.includes(environment) === true;
}

/** Writes a folder of a commit, byte for byte. */
export async function unpack(
  { shell }: Pick<Context, 'shell'>,
  git: Git,
  commit: string,
  folder: string,
  into: string,
): Promise<void> {
  const archive = join(into, 'archive.tar');
  await mkdir(join(into, folder), { recursive: true });
  await git.read(['archive', `--output=${archive}`, commit, '--', folder]);
  const { code, stderr } = await shell.run(['tar', '-xf', archive, '-C', into], { write: false });
  if (code !== 0) throw new SlipwayError(`the migrations of ${commit} cannot be unpacked: ${stderr.trim()}`);
}

/** Highest number that the database of an environment has. */
export async function levelIn(context: Context, database: EnvironmentOptions): Promise<number> {
  return withTarget(database, context, async target => {
    const session = await openSession(target);
    try {
      return levelOf(await readHistory(session));
    } finally {
      await session.end();
    }
  });
}

function unrehearsed(environment: string): SlipwayError {
  return new SlipwayError(
    `${environment} takes no migration that was not run on a clone; run it there with slipway migrate up --report report.json, and add --report report.json`,
    ExitCode.Refused,
  );
}
