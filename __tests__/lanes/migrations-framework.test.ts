import { runCommand } from '../../scripts/commands/migrate/run';
import { ProcessShell } from '../../scripts/adapters/shell';
import { ExitCode } from '../../scripts/domain/exit-code';
import { DATABASE_LANES, useWebshop } from '../support/database-servers';
import { outcomeOf } from '../support/migrate-outcome';
import { recordingContext } from '../support/recording-context';

const TEST_MS = 60_000;

/** The migrations of a framework are any program; these are small ones of Node.js. */
describe.each(DATABASE_LANES)('the migrations of a framework on $kind', lane => {
  jest.setTimeout(TEST_MS);
  const webshop = useWebshop(lane);
  const shell = new ProcessShell({ env: process.env });

  const run = (script: string, context = recordingContext({ shell, root: webshop.root })) =>
    outcomeOf(
      runCommand({
        command: ['node', '-e', script],
        folder: webshop.root,
        url: webshop.url,
        waitSeconds: 0,
        release: '2026.5.1',
      }),
      context,
    );
  const logged = async () => {
    const rows = await webshop.admin.query<{ event: string; detail: string }>(
      'SELECT event, CAST(detail AS CHAR) AS detail FROM schema_migration_log ORDER BY id DESC LIMIT 2',
    );
    return rows.map(({ event, detail }) => ({ event, ...(JSON.parse(detail) as object) }));
  };
  const sessions = () =>
    webshop.admin
      .query<{ Id: number; db: string | null }>('SHOW PROCESSLIST')
      .then(rows => rows.filter(({ db, Id }) => db === 'webshop' && Id !== webshop.admin.connectionId));

  lane.test('run once, with all they say in the log of the database', async () => {
    const outcome = await run("console.log('creating users'); console.error('a warning')");
    expect(outcome).toMatchObject({ exit: ExitCode.Done, facts: { ok: true, code: 'done' } });
    expect([...outcome.log].sort()).toEqual(['a warning', 'creating users']);
    const [ended, started] = await logged();
    expect(started).toMatchObject({ event: 'command_started', release: '2026.5.1' });
    expect(ended).toMatchObject({ event: 'command_ended', exit: 0, output: expect.stringContaining('creating users') });
  });

  lane.test('a second run is refused while the first goes on, and both sessions keep their locks', async () => {
    const first = recordingContext({ shell, root: webshop.root });
    const busy = new Promise<void>(resolve => {
      const log = first.output.log.bind(first.output);
      const tell = (line: string) => {
        log(line);
        resolve();
      };
      Object.assign(first.output, { log: tell });
    });
    const running = run(
      "console.log('busy'); process.on('SIGINT', () => process.exit(7)); setInterval(() => {}, 1000)",
      first,
    );
    await busy;
    expect(await run('process.exit(1)')).toMatchObject({ exit: ExitCode.Locked, facts: { code: 'locked' } });
    first.interruption.abort();
    expect(await running).toMatchObject({
      exit: ExitCode.MigrationFailed,
      facts: { code: 'stopped', exitCodeOfCommand: 7 },
    });
  });

  lane.test('end with 8 and the last line of a program that fails', async () => {
    const { exit, facts } = await run("console.log('no such table: users'); process.exitCode = 3");
    expect(exit).toBe(ExitCode.MigrationFailed);
    expect(facts).toMatchObject({ code: 'failed', exitCodeOfCommand: 3 });
    expect(facts['message']).toContain('ended with exit code 3: no such table: users; next: ');
    expect((await logged())[0]).toMatchObject({ event: 'command_ended', exit: 3 });
  });

  lane.test('end with 2 when there is no such program', async () => {
    const command = ['no-such-program'];
    const context = recordingContext({ shell, root: webshop.root });
    const options = { command, folder: webshop.root, url: webshop.url, waitSeconds: 0 };
    expect(await outcomeOf(runCommand(options), context)).toMatchObject({ exit: ExitCode.Usage });
  });

  lane.test('are stopped when the lock is lost', async () => {
    const context = recordingContext({ shell, root: webshop.root });
    const busy = new Promise<void>(resolve => {
      Object.assign(context.output, { log: () => resolve() });
    });
    const running = run("console.log('busy'); setInterval(() => {}, 1000)", context);
    await busy;
    for (const { Id } of await sessions()) await webshop.admin.execute(`KILL ${Id}`);
    expect(await running).toMatchObject({ exit: ExitCode.MigrationFailed, facts: { code: 'interrupted' } });
  });
});
