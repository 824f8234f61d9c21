import type { Command } from 'commander';
import type { Run } from './action';

const HELP = `
Needs this machine's Docker. Ends with 5 when something is wrong, with 8 when it is a migration. What was started is removed, also
after Ctrl-C; after a kill: docker rm --force $(docker ps --all --quiet --filter label=slipway.verify)

Example:
  $ slipway verify local 202611.3`;

/** Registers the commands that try a built image before anybody else gets it. */
export function registerVerifyCommands(program: Command, run: Run): void {
  program
    .command('verify')
    .description('try a built image before it goes anywhere')
    .command('local')
    .argument('<version>', 'e.g. 202611.3')
    .description('start it here with a real database, migrate, ask it what the check names, and remove all of it')
    .addHelpText('after', HELP)
    .action((version: string) =>
      run(async context => (await import('./verify/verify-local')).verifyLocal({ version })(context)),
    );
}
