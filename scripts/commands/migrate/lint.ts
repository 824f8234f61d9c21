import { readMigrations } from '../../adapters/migration-folder';
import { readHistory } from '../../adapters/migration-journal';
import { openSession } from '../../adapters/mysql-session';
import { readSchemaLock } from '../../adapters/schema-lock-file';
import { readTableSizes } from '../../adapters/table-sizes';
import type { Action } from '../action';
import { isNewTo } from '../../domain/migration/fingerprint-lock';
import { levelOf } from '../../domain/migration/history';
import { renderAnswer, type TableSize } from '../../domain/migration/lint-algorithm';
import type { Migration } from '../../domain/migration/migration-files';
import { lintMigrations } from '../../migration/lint';
import type { Context } from '../context';
import { answering } from './answer';
import { folderOf, type ServerOptions, withTarget } from './database-options';
import type { EnvironmentOptions } from './environment-database';
import { inScratchSchema, reportFindings } from './scratch';

export interface LintCommandOptions extends ServerOptions, Pick<EnvironmentOptions, 'forward' | 'identity'> {
  /** Number of the last migration of the running release. @default - that of --sizes-from, else what the lock knows */
  readonly since?: number;
  /** URL or environment of the database that the migrations are meant for; it is only read. */
  readonly sizesFrom?: string;
}

/** `slipway migrate lint`: what the next release's migrations do to the running one, by asking a server. */
export function lint(options: LintCommandOptions): Action {
  return answering(async context => {
    const folder = folderOf(options, context);
    const migrations = await readMigrations(folder);
    const production = await readProduction(options, context);
    const since = options.since ?? production?.level ?? firstNew(folder, migrations) - 1;
    const sizes = production?.sizes ?? new Map<string, TableSize>();

    const result = await inScratchSchema(options, context, ports =>
      lintMigrations(ports, migrations, { since, sizes }),
    );
    for (const answer of result.answers) context.output.print(`${answer.file}:${answer.line}: ${renderAnswer(answer)}`);
    if (production === undefined && result.answers.length > 0) {
      context.output.log('how long it takes depends on the size of the tables: add --sizes-from <url of production>');
    }
    const facts = { since, ...result };
    reportFindings(context, facts, 'lint');
    context.output.print(`${migrations.length - since} migrations after (${since}): nothing to refuse`);
    return { facts };
  });
}

interface Production {
  readonly level: number;
  readonly sizes: ReadonlyMap<string, TableSize>;
}

async function readProduction(
  { sizesFrom, forward, identity }: LintCommandOptions,
  context: Context,
): Promise<Production | undefined> {
  if (sizesFrom === undefined) return undefined;
  const way = { ...(forward !== undefined && { forward }), ...(identity !== undefined && { identity }) };
  const where = sizesFrom.includes('://') ? { url: sizesFrom } : { environment: sizesFrom, ...way };
  return withTarget(where, context, async target => {
    const session = await openSession(target);
    try {
      return { level: levelOf(await readHistory(session)), sizes: await readTableSizes(session) };
    } finally {
      await session.end();
    }
  });
}

/** The first migration that the lock does not know; the last one when it knows them all. */
function firstNew(folder: string, migrations: readonly Migration[]): number {
  const lock = readSchemaLock(folder);
  return migrations.find(migration => isNewTo(lock, migration))?.seq ?? Math.max(migrations.length, 1);
}
