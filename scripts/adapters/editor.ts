import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';

/** Lets a person change a text, as `git commit` does: comment lines go, and an empty text means no. */
export type EditText = (text: string) => Promise<string>;

/**
 * The editor of Git.
 *
 * @param program  what `git var GIT_EDITOR` says: a line for the shell, as Git takes it
 */
export function gitEditor(program: string, env: NodeJS.ProcessEnv): EditText {
  return async text => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-edit-'));
    const file = join(folder, 'MERGE_MSG');
    try {
      await writeFile(file, `${text}\n\n# Lines that begin with # are left out; an empty message stops.\n`);
      await open(program, file, env);
      return messageIn(await readFile(file, 'utf8'));
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

function open(program: string, file: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', `${program} "$@"`, program, file], { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('exit', code => {
      if (code === 0) resolve();
      else reject(new SlipwayError(`the editor "${program}" ended with ${code ?? 'a signal'}; set GIT_EDITOR`));
    });
  });
}

function messageIn(content: string): string {
  const message = content.replace(/^#.*\n?/gm, '').trim();
  if (message !== '') return message;
  throw new SlipwayError('the message is empty, so nothing was merged; type the command again', ExitCode.Refused);
}
