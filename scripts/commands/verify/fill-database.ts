import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseTarget, openSession } from '../../adapters/mysql-session';
import { fetchBranches } from '../../adapters/git-remote';
import { ExitCode } from '../../domain/exit-code';
import { splitStatements } from '../../domain/migration/statement-splitter';
import { SlipwayError } from '../../domain/slipway-error';
import type { Deployable } from '../../release/deploy';
import type { Checks } from '../../verify/checks';
import type { Context } from '../context';
import { unpack } from '../deploy/schema-port';
import { up } from '../migrate/up';
import { repositoryOf } from '../released-application';
import { FOLDER, REPORT_HOURS, WAIT_SECONDS } from '../migrate/defaults';

export interface FilledDatabase {
  /** What the migrations and the seed are taken from. */
  readonly commit: string;
  /** Folder for files, which goes afterwards. */
  readonly folder: string;
  /** Address of the schema. */
  readonly url: string;
}

/** Runs the migrations of a commit, and what the data names to fill the tables. */
export async function fillDatabase(
  context: Context,
  app: Deployable,
  { commit, folder, url }: FilledDatabase,
  checks: Checks,
): Promise<void> {
  const git = repositoryOf(context, app);
  const { migrations } = app.swarm;
  const seed = app.verify?.seed;
  if (migrations === undefined && seed === undefined) return;
  await fetchBranches(git);
  if (migrations !== undefined) {
    const source = migrations.folder ?? FOLDER;
    await checks.step('migrations', async () => {
      await unpack(context, git, commit, source, folder);
      await migrate({ ...context, env: { ...context.env, SLIPWAY_DATABASE_URL: url } }, join(folder, source));
    });
  }
  if (seed !== undefined) {
    await checks.step(`seed ${seed}`, async () => {
      const file = join(folder, 'seed.sql');
      writeFileSync(file, await git.read(['show', `${commit}:${seed}`]));
      await run(url, file, seed);
    });
  }
}

async function migrate(context: Context, folder: string): Promise<void> {
  const rules = { waitSeconds: WAIT_SECONDS, maxReportAge: REPORT_HOURS, allowAhead: false, acceptDrift: false };
  const code = await up({ folder, ...rules })(context);
  if (code !== ExitCode.Done) throw new SlipwayError('a migration failed; see above', ExitCode.MigrationFailed);
}

async function run(url: string, file: string, name: string): Promise<void> {
  const session = await openSession(databaseTarget(url, {}));
  try {
    for await (const statement of splitStatements(createReadStream(file), name)) await session.execute(statement.text);
  } finally {
    await session.end();
  }
}
