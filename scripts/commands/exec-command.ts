import type { Command } from 'commander';
import type { Run } from './action';
import { type NodeFlags, nodeOptions } from './node-options';

const HELP = `
Ends with the exit code of the command; a line that begins with "slipway:" or "deploy:" and code 2 say that it did not run.

Standard input is handed on. There is no terminal: the account that may release gets none, so an editor or a shell with a
prompt does not work. A longer script goes in by standard input. The command runs as the user of the container. Who ran what is
in the audit of the node, so no secret belongs on the command line. When the connection is lost, the command goes on.

Examples:
  $ slipway exec prod web -- php bin/console cache:clear
  $ slipway exec prod web -- sh < look-around.sh`;

/** Registers the command that runs another one in a task. */
export function registerExecCommand(program: Command, run: Run): void {
  const command = program
    .command('exec')
    .argument('<env>', 'environment, e.g. prod')
    .argument('<service>', 'service of the stack, e.g. web; its live colour, or the one that you name, e.g. web-green')
    .argument('<command...>', 'a program and its arguments, behind --');
  nodeOptions(command, true)
    .description('run a command in a task of a service')
    .addHelpText('after', HELP)
    .action(() => {
      const [environment = '', service = '', ...words] = command.args;
      const execution = { ...command.optsWithGlobals<NodeFlags>(), environment, service, command: words };
      return run(async context => (await import('./node/exec-on-node')).execOnNode(execution)(context));
    });
}
