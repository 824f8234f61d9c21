import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MigrationError } from '../domain/migration/migration-error';
import { type OnlineChange, onlineCommand } from '../domain/migration/online-change';
import type { DatabaseTarget } from './database-target';
import type { ServerError } from './mysql-error';
import type { Shell } from './shell';

/** An online tool ended without having changed the table, or nobody knows what it did. */
export class OnlineToolError extends Error {}

/** The same as what a server says of a statement that it did not do. */
export function toolFailure({ message }: OnlineToolError): ServerError {
  return { message, lost: false };
}

/** Signals by which a tool is stopped. */
export interface OnlineSignals {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
}

/** Runs a tool to its end. @throws OnlineToolError with its last words */
export type RunOnlineTool = (change: OnlineChange, signals: OnlineSignals) => Promise<void>;

const NOT_FOUND = 127;
/** In the DSN of pt-osc a comma separates, and a name in neither tool may be anything else. */
const PLAIN = /^[\w$-]+$/;

/** Runs online tools against a database, with the password in a file that only this user reads. */
export function onlineTool(target: DatabaseTarget, shell: Shell, log: (line: string) => void): RunOnlineTool {
  return async (change, { stop, kill }) => {
    assertReachable(target, change);
    const folder = mkdtempSync(join(tmpdir(), 'slipway-online-'));
    try {
      const defaultsFile = join(folder, 'client.cnf');
      writeFileSync(defaultsFile, defaults(target), { mode: 0o600 });
      const command = onlineCommand(change, { ...target, defaultsFile });
      const result = await shell.run(command, { write: true, signal: stop, kill, onLine: log });
      if (result.code === 0) return;
      if (result.code === NOT_FOUND) throw new OnlineToolError(`${command[0]} is not on the PATH; install it`);
      const last = `${result.stdout}\n${result.stderr}`.trim().split('\n').at(-1) ?? '';
      throw new OnlineToolError(`${command[0]} ended with exit code ${result.code}: ${last}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function assertReachable({ stream, socketPath, schema }: DatabaseTarget, { tool, table }: OnlineChange): void {
  if (stream !== undefined || socketPath !== undefined) {
    throw new MigrationError(
      'usage',
      `${tool} connects by itself, and only to host and port; run this in the network of the database, with --no-forward`,
    );
  }
  const strange = [schema, table].find(name => !PLAIN.test(name));
  if (strange === undefined) return;
  throw new MigrationError('usage', `${tool} is not given the name "${strange}"; allowed are letters, digits, _ $ -`);
}

/** In MySQL's own form, in which a backslash escapes. */
function defaults({ user, password, tls, certificates }: DatabaseTarget): string {
  const quoted = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = ['[client]', `user=${quoted(user)}`];
  if (password !== undefined) lines.push(`password=${quoted(password)}`);
  if (tls) lines.push('ssl=1');
  if (tls && certificates !== undefined) lines.push(`ssl-ca=${quoted(certificates)}`);
  return `${lines.join('\n')}\n`;
}
