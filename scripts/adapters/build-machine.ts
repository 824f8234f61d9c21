import type { Command, Result, RunOptions, Shell } from './shell';
import { ExitCode } from '../domain/exit-code';
import { shellWords } from '../domain/image/shell-words';
import { SlipwayError } from '../domain/slipway-error';

/** A machine with Docker: this one, or another one over ssh. */
export interface BuildMachine {
  readonly name: string;
  run(command: Command, options: RunOptions): Promise<Result>;
  /** Brings a file into a folder of the machine and answers where it is then. */
  put(file: string, folder: string): Promise<string>;
}

export function localMachine(shell: Shell): BuildMachine {
  return {
    name: 'this machine',
    run: (command, options) => shell.run(command, options),
    put: file => Promise.resolve(file),
  };
}

/** @param host  `user@host`, as ssh takes it; keys, ports and jumps come from the person's ssh configuration */
export function sshMachine(shell: Shell, host: string): BuildMachine {
  return {
    name: host,
    // Never a question: nobody answers it.
    run: (command, options) => shell.run(['ssh', '-o', 'BatchMode=yes', '--', host, shellWords(command)], options),
    put: async (file, folder) => {
      const { code, stderr } = await shell.run(['scp', '-q', '-B', '--', file, `${host}:${folder}/context.tar`], {
        write: true,
      });
      if (code === 0) return `${folder}/context.tar`;
      const reason = stderr.trim().split('\n').at(-1) ?? '';
      throw new SlipwayError(`the sources cannot be copied to ${host}: ${reason}`, ExitCode.BuildFailed);
    },
  };
}
