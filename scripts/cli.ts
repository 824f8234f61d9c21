import { Command, CommanderError } from 'commander';
import { StreamOutput } from './adapters/output';
import { ProcessShell } from './adapters/shell';
import type { Run } from './commands/action';
import type { Context } from './commands/context';
import { ExitCode } from './domain/exit-code';
import { SlipwayError } from './domain/slipway-error';
import { registerAssetCommands, registerCiCommands } from './commands/ci-commands';
import { registerExecCommand } from './commands/exec-command';
import { registerDeployCommands } from './commands/deploy-commands';
import { registerHotfixCommands } from './commands/hotfix-commands';
import { registerInfrastructureCommands } from './commands/infrastructure';
import { registerMailCommands } from './commands/mail';
import { registerMigrateCommands } from './commands/migrate';
import { registerNodeCommands } from './commands/node-commands';
import { registerRehearsalCommands } from './commands/rehearsal';
import { registerReleaseCommands } from './commands/release-commands';
import { registerVerifyCommands } from './commands/verify-commands';
import { version } from '../package.json';

/** Options that every command has. */
interface GlobalOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

function contextOf(options: GlobalOptions, signal: AbortSignal): Context {
  const output = new StreamOutput({
    stdout: process.stdout,
    stderr: process.stderr,
    json: options.json ?? false,
    colour: process.stdout.isTTY && !process.env['NO_COLOR'],
  });
  const dryRun = options.dryRun ?? false;
  return {
    env: process.env,
    root: process.env['SLIPWAY_ROOT'] ?? process.cwd(),
    output,
    shell: new ProcessShell({
      env: process.env,
      ...(dryRun && { dryRun: command => output.log(`would run: ${command.join(' ')}`) }),
    }),
    dryRun,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    signal,
    now: () => new Date(),
  };
}

export function createProgram(run: Run): Command {
  const program = new Command('slipway')
    .description('From an empty AWS account to a release that nobody notices.')
    .version(version)
    .option('--json', 'print the result as JSON lines on standard output')
    .option('--dry-run', 'run what only reads, print what would be changed')
    .addHelpText('after', '\nExample:\n  $ slipway plan prod\n\nExit codes: see scripts/README.md')
    .showHelpAfterError('(add --help for an example)')
    .exitOverride();
  registerInfrastructureCommands(program, run);
  registerMailCommands(program, run);
  registerMigrateCommands(program, run);
  registerReleaseCommands(program, run);
  registerHotfixCommands(program, run);
  registerDeployCommands(program, run);
  registerNodeCommands(program, run);
  registerExecCommand(program, run);
  registerVerifyCommands(program, run);
  registerRehearsalCommands(program, run);
  registerCiCommands(program, run);
  registerAssetCommands(program, run);
  return program;
}

async function main(argv: readonly string[]): Promise<ExitCode> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let code: ExitCode = ExitCode.Done;
  const program = createProgram(async action => {
    code = await action(contextOf(program.opts<GlobalOptions>(), interrupted.signal));
  });
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage;
  if (error instanceof SlipwayError) {
    process.stderr.write(`slipway: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'InvalidValueError') {
    process.stderr.write(`slipway: ${error.message}\n`);
    return ExitCode.Usage;
  }
  throw error;
}

/** Entry point of the bundle. */
export function start(): void {
  // A reader that has seen enough (`slipway doctor | head`) must not stop a command in the middle of its work.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  void main(process.argv).then(code => {
    process.exitCode = code;
  });
}
