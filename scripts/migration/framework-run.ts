import type { Command, Result, Shell } from '../adapters/shell';
import { MigrationError } from '../domain/migration/migration-error';
import { LockedRun } from './locked-run';
import type { RunnerPorts } from './runner-ports';

export interface FrameworkMigrations {
  readonly command: Command;
  /** Working directory of the command. */
  readonly cwd: string;
  readonly waitSeconds: number;
}

const NOT_FOUND = 127;
/** The log is for a person who asks what went wrong; the pipeline has the whole output. */
const KEPT_CHARACTERS = 16_000;

/**
 * Runs the migrations of a framework, which has a history of its own, as a program: while nobody else migrates this schema,
 * with what it says in the log of the database. It finds its database by itself, from the same environment as always.
 *
 * A request to stop is passed on as SIGINT, a second one as SIGKILL. When a lock is lost, the program is stopped as well.
 *
 * @throws MigrationError when it does not end with 0
 */
export async function runFrameworkMigrations(
  ports: RunnerPorts,
  shell: Shell,
  { command, cwd, waitSeconds }: FrameworkMigrations,
): Promise<{ readonly seconds: number }> {
  let seconds = 0;
  await LockedRun.with(ports, waitSeconds, async run => {
    await run.prepare(await run.history());
    await run.journal.log(null, 'command_started', { command, release: ports.release });
    const startedAt = performance.now();
    const said: string[] = [];
    const { result, lost } = await run.whileLocked(async lostLock => ({
      result: await shell.run(command, {
        cwd,
        write: true,
        signal: AbortSignal.any([ports.stop, lostLock]),
        kill: ports.kill,
        onLine: line => {
          said.push(line);
          ports.log(line);
        },
      }),
      lost: lostLock.aborted,
    }));
    seconds = (performance.now() - startedAt) / 1000;
    if (lost) throw lockLost(command);
    const output = said.join('\n').slice(-KEPT_CHARACTERS);
    await run.journal.log(null, 'command_ended', { command, exit: result.code, seconds, output });
    assertDone(command, result, said.at(-1) ?? '', ports.stop.aborted);
  });
  return { seconds };
}

function assertDone(command: Command, { code, stderr }: Result, last: string, stopped: boolean): void {
  if (code === 0) return;
  const [program] = command;
  if (code === NOT_FOUND && last === '') {
    throw new MigrationError('usage', `${program} cannot be started (${stderr.trim()}); correct the command after --`);
  }
  const reason = last === '' ? '' : `: ${last}`;
  throw new MigrationError(
    stopped ? 'stopped' : 'failed',
    `${command.join(' ')} ended with exit code ${code}${reason}`,
    {
      next: 'mend what it says, then run the same command again',
      detail: { command, exitCodeOfCommand: code },
    },
  );
}

function lockLost(command: Command): MigrationError {
  return new MigrationError(
    'interrupted',
    `the connection that holds the lock was lost, so ${command.join(' ')} was stopped; look what it has done`,
    { next: 'run the same command again when the server is back' },
  );
}
