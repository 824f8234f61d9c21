import type { Command } from 'commander';
import type { Run } from './action';

/** Registers `rehearse`. */
export function registerRehearsalCommands(program: Command, run: Run): void {
  program
    .command('rehearse')
    .description('deploy everything to an emulated AWS on this machine, look at it and take it down again')
    .option('--keep', 'leave the emulated AWS running and print how to use it by hand')
    .option('--node', 'boot the node of dev too, in a virtual machine, release to it, lose it and get it back')
    .addHelpText('after', '\nExample:\n  $ slipway rehearse --keep')
    .action(({ keep = false, node = false }: { keep?: boolean; node?: boolean }) =>
      run(async context => (await import('../rehearsal/rehearse')).rehearse(context, { keep, node })),
    );
}
