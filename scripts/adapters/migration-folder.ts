import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Directives, parseDirectives } from '../domain/migration/directives';
import { type NamePair, pairNames } from '../domain/migration/file-name';
import { assertAllowed } from '../domain/migration/forbidden-statement';
import type { Migration, MigrationFile } from '../domain/migration/migration-files';
import { MigrationError } from '../domain/migration/migration-error';
import { changedBy, needsCleanSession, type StatementClass } from '../domain/migration/statement-class';
import { splitStatements } from '../domain/migration/statement-splitter';
import { MigrationSource } from './migration-source';

/** A rollback is kept in the database beside the history, so it has to fit into one packet. */
const ROLLBACK_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Reads every migration of a folder, all rules applied, without a server: names, numbers, rollbacks, encoding, statements
 * that cannot be split or are not allowed. Holds one statement at a time.
 */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  for (const pair of pairNames(sqlFiles(folder))) migrations.push(await readPair(folder, pair));
  return migrations;
}

function sqlFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /\.sql$/i.test(name));
  } catch (error) {
    throw new MigrationError(
      'files',
      `the folder of migrations, ${folder}, cannot be read; make it or name another with --folder`,
      {
        cause: error,
      },
    );
  }
}

async function readPair(folder: string, { seq, name, up, down }: NamePair): Promise<Migration> {
  const rollback = await readMigrationFile(folder, down);
  if (rollback.bytes > ROLLBACK_LIMIT_BYTES) {
    const limit = `${ROLLBACK_LIMIT_BYTES / 1024 / 1024} MB`;
    throw new MigrationError(
      'files',
      `${down} is longer than ${limit}: a rollback is kept in the database; shorten it`,
    );
  }
  return { seq, name, up: await readMigrationFile(folder, up), down: rollback };
}

async function readMigrationFile(folder: string, name: string): Promise<MigrationFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  const source = new MigrationSource(path, hash);
  const writes = new Map<string, number>();
  const tables = new Set<string>();
  let directives: Directives | undefined;
  let longest = { bytes: 0, line: 1 };
  let statements = 0;
  let usesSession = false;
  let alters = false;
  for await (const statement of splitStatements(source, name)) {
    directives ??= parseDirectives(source.head, name);
    const what = assertAllowed(statement, name);
    for (const table of tablesOf(what)) tables.add(table);
    if (what.kind === 'dml' && what.table && !writes.has(what.table.name)) writes.set(what.table.name, statement.line);
    usesSession ||= needsCleanSession(what, statement.text);
    alters = what.verb === 'ALTER TABLE';
    const bytes = Buffer.byteLength(statement.text);
    if (bytes > longest.bytes) longest = { bytes, line: statement.line };
    statements = statement.index;
  }
  if (!directives) throw new MigrationError('files', `${name} has no statement; write one, or remove the pair`);
  if (directives.online && !(statements === 1 && alters && !name.endsWith('.rollback.sql'))) {
    throw new MigrationError('files', `${name}:1: -- online: allowed is one ALTER TABLE in a file, and no rollback`, {
      next: 'slipway migrate check',
    });
  }
  return {
    name,
    path,
    sha256: hash.digest('hex'),
    bytes: source.bytes,
    statements,
    directives,
    longest,
    writes,
    tables: [...tables],
    usesSession,
  };
}

function tablesOf(what: StatementClass): readonly string[] {
  return changedBy(what).flatMap(({ kind, name }) => (kind === 'table' ? [name] : []));
}
