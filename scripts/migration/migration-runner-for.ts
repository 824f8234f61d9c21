import { hostname, userInfo } from 'node:os';
import { systemClock } from '../adapters/clock';
import { readMigrations } from '../adapters/migration-folder';
import { MigrationSource } from '../adapters/migration-source';
import { type DatabaseTarget, openSession } from '../adapters/mysql-session';
import { splitStatements } from '../domain/migration/statement-splitter';
import { MigrationRunner } from './runner';
import type { RunnerPorts } from './runner-ports';

export interface RunnerSettings extends Partial<RunnerPorts> {
  readonly target: DatabaseTarget;
  /** Folder of the migrations. */
  readonly folder: string;
}

const NEVER = new AbortController().signal;

/** Who runs this, from where. */
function whoRuns(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** A runner of the files in a folder against a server. */
export function migrationRunnerFor(settings: RunnerSettings): MigrationRunner {
  return new MigrationRunner(runnerPortsFor(settings));
}

/** The ports of a runner, each that is not given with its ordinary setting. */
export function runnerPortsFor({ target, folder, ...ports }: RunnerSettings): RunnerPorts {
  return {
    connect: () => openSession(target),
    migrations: () => readMigrations(folder),
    statements: (path, name) => splitStatements(new MigrationSource(path), name),
    text: textOf,
    log: () => undefined,
    now: () => new Date(),
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds, signal),
    stop: NEVER,
    kill: NEVER,
    who: whoRuns(),
    ...ports,
  };
}

async function textOf(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of new MigrationSource(path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
