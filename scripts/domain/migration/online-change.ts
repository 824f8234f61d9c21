import type { OnlineTool } from './directives';
import { sqlTokens } from './sql-tokens';

/** One ALTER TABLE, in the parts that an online tool wants. */
export interface OnlineChange {
  readonly tool: OnlineTool;
  readonly table: string;
  /** What stands after the name of the table. */
  readonly alter: string;
}

/** Where the tool finds the table. */
export interface OnlinePlace {
  readonly host: string;
  readonly port: number;
  readonly schema: string;
  /** File with user and password, which must not be arguments. */
  readonly defaultsFile: string;
}

/** Takes an ALTER TABLE apart; undefined for everything else, and for forms that the tools do not know. */
export function onlineChange(tool: OnlineTool, sql: string): OnlineChange | undefined {
  const [verb, kind, name, next] = sqlTokens(sql, 4);
  const plain = verb?.text === 'ALTER' && kind?.text === 'TABLE' && (name?.kind === 'word' || name?.kind === 'name');
  if (!plain || !next || next.text === '.' || (name.text === 'IF' && next.text === 'EXISTS')) return undefined;
  return { tool, table: name.raw, alter: sql.slice(next.offset).trim() };
}

/** The tool with its arguments, for no shell to take apart. */
export function onlineCommand(
  { tool, table, alter }: OnlineChange,
  place: OnlinePlace,
): readonly [program: string, ...args: string[]] {
  const { host, port, schema, defaultsFile } = place;
  if (tool === 'pt-osc') {
    const dsn = `F=${defaultsFile},h=${host},P=${port},D=${schema},t=${table}`;
    // It asks for replicas by a statement that MySQL 8.4 has no more; RDS hides its replicas from it anyway.
    const quiet = [
      '--no-version-check',
      '--recursion-method=none',
      '--alter-foreign-keys-method=auto',
      '--set-vars=lock_wait_timeout=5',
    ];
    return ['pt-online-schema-change', '--execute', ...quiet, '--alter', alter, dsn];
  }
  return [
    'gh-ost',
    '--execute',
    `--conf=${defaultsFile}`,
    `--host=${host}`,
    `--port=${port}`,
    `--database=${schema}`,
    `--table=${table}`,
    `--alter=${alter}`,
    '--allow-on-master',
    // RDS lets nobody restart replication to find out; it writes rows into its binary log.
    '--assume-rbr',
    '--cut-over-lock-timeout-seconds=5',
  ];
}

/** Names that the tools give to what they make beside a table. */
const BESIDE = /^_(.+)_(gho|ghc|del|new|old)$/;

/** What a tool that was killed has left beside these tables, as the statements that remove it. */
export function leftovers(
  touched: readonly string[],
  tables: readonly string[],
  triggers: readonly { readonly name: string; readonly table: string }[],
): readonly string[] {
  const ofTouched = (name: string) => touched.includes(BESIDE.exec(name)?.[1] ?? '');
  const firing = triggers.filter(({ name, table }) => name.startsWith('pt_osc_') && touched.includes(table));
  return [
    ...firing.map(({ name }) => `DROP TRIGGER \`${name}\``),
    ...tables.filter(ofTouched).map(name => `DROP TABLE \`${name}\``),
  ];
}
