import { readFileSync } from 'node:fs';
import { type Connection, createConnection } from 'mysql2/promise';
import { Umzug, type UmzugStorage } from 'umzug';

/** umzug as its documentation has it for SQL files: a glob, a table for the names, a connection for it all. */
class TableStorage implements UmzugStorage<Connection> {
  constructor(private readonly connection: Connection) {}

  async logMigration({ name }: { name: string }): Promise<void> {
    await this.connection.query('INSERT INTO bench_history (name) VALUES (?)', [name]);
  }

  async unlogMigration({ name }: { name: string }): Promise<void> {
    await this.connection.query('DELETE FROM bench_history WHERE name = ?', [name]);
  }

  async executed(): Promise<string[]> {
    await this.connection.query(
      'CREATE TABLE IF NOT EXISTS bench_history (name VARCHAR(200) PRIMARY KEY) ENGINE=InnoDB',
    );
    const [rows] = await this.connection.query('SELECT name FROM bench_history');
    return (rows as { name: string }[]).map(({ name }) => name);
  }
}

async function main([url = '', folder = '']: readonly string[]): Promise<void> {
  const connection = await createConnection({ uri: url, multipleStatements: true });
  const umzug = new Umzug({
    migrations: {
      glob: ['*.sql', { cwd: folder }],
      resolve: ({ name, path: file = '', context }) => ({
        name,
        up: () => context.query(readFileSync(file, 'utf8')),
      }),
    },
    context: connection,
    storage: new TableStorage(connection),
    logger: undefined,
  });
  await umzug.up();
  await connection.end();
}

void main(process.argv.slice(2));
