import type { Command } from 'commander';
import type { Asker } from './node/ask-node';
import type { NodeOptions } from './node/node-target';

/** Options of every command that talks to a node, as commander hands them over. */
export interface NodeFlags extends Omit<NodeOptions, 'environment'>, Asker {
  readonly stack?: string;
  readonly json?: boolean;
}

/** @param changes  whether the command changes something, so that the node asks who and why */
export function nodeOptions(command: Command, changes: boolean): Command {
  command
    .option('--stack <name>', "stack on the node, when it is not the environment's own")
    .option('--identity <file>', 'private key of the deploy account, instead of the keys of the agent')
    .option('--host <user@host:port>', 'where the node is, instead of asking Terraform; needs --known-hosts')
    .option('--known-hosts <file>', 'file with the host key of --host');
  if (!changes) return command;
  return command
    .option('--by <name>', 'who asks, for the audit, instead of who Git or the pipeline says')
    .option('--reason <text>', 'why, for the audit')
    .option('--run-url <url>', "run of the pipeline, for the audit, instead of the pipeline's own");
}
