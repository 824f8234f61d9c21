import type { Command } from '../../adapters/shell';
import type { Action } from '../action';
import { runFrameworkMigrations } from '../../migration/framework-run';
import { answering } from './answer';
import { type ServerOptions, targetOf, withPorts } from './database-options';

export interface RunCommandOptions extends ServerOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly waitSeconds: number;
  readonly release?: string;
}

/** `slipway migrate run`: the migrations of a framework, once, while nobody else migrates. */
export function runCommand(options: RunCommandOptions): Action {
  return answering(async context => {
    const [program = '', ...args] = options.command;
    const command: Command = [program, ...args];
    const target = targetOf(options, context);
    if (context.dryRun) {
      context.output.log(`would run: ${command.join(' ')}`);
      return { facts: { command } };
    }
    const { seconds } = await withPorts(target, options, context, ports =>
      runFrameworkMigrations(ports, context.shell, { command, waitSeconds: options.waitSeconds, cwd: context.root }),
    );
    context.output.print(`${command.join(' ')}: done in ${seconds.toFixed(1)} s`);
    return { facts: { command, seconds } };
  });
}
