import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import knex, { type Knex } from 'knex';

/** knex with a migration source for SQL files, which it has none of its own for. */
class SqlFiles implements Knex.MigrationSource<string> {
  constructor(private readonly folder: string) {}

  getMigrations(): Promise<string[]> {
    return Promise.resolve(readdirSync(this.folder).sort());
  }

  getMigrationName(file: string): string {
    return file;
  }

  getMigration(file: string): Promise<Knex.Migration> {
    const up = async (database: Knex) => {
      await database.raw(readFileSync(path.join(this.folder, file), 'utf8'));
    };
    return Promise.resolve({ up, down: () => Promise.resolve() });
  }
}

async function main([url = '', folder = '']: readonly string[]): Promise<void> {
  const { hostname, port, username, pathname } = new URL(url);
  const database = knex({
    client: 'mysql2',
    connection: {
      host: hostname,
      port: Number(port),
      user: username,
      database: pathname.slice(1),
      multipleStatements: true,
    },
  });
  await database.migrate.latest({ migrationSource: new SqlFiles(folder) });
  await database.destroy();
}

void main(process.argv.slice(2));
