import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Shell } from '../adapters/shell';
import { SlipwayError } from '../domain/slipway-error';
import { takeLock } from './take-lock';

/** File that is written last, so that an installation which was cut short is made anew. */
const COMPLETE = 'complete';

/**
 * A Python virtual environment with exactly what a requirements file pins, made once per content of that file. Of several that
 * ask at the same time one makes it, and the others wait.
 *
 * @param cache  folder for such environments, outside the checkout so that a second clone finds them
 * @returns path of its `bin` folder
 * @throws SlipwayError when Python is missing or the packages cannot be installed
 */
export async function pythonEnvironment(
  shell: Shell,
  cache: string,
  requirements: string,
  signal: AbortSignal,
): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(cache, `python-${path.basename(requirements, '.txt')}-${digest}`);
  const bin = path.join(folder, 'bin');
  const complete = () => existsSync(path.join(folder, COMPLETE));
  if (complete()) return bin;
  mkdirSync(cache, { recursive: true });
  const release = await takeLock(`${folder}.lock`, signal);
  try {
    if (!complete()) await make(shell, folder, requirements, signal);
    return bin;
  } finally {
    release();
  }
}

async function make(shell: Shell, folder: string, requirements: string, signal: AbortSignal): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const venv = await shell.run(['python3', '-m', 'venv', folder], { write: true, signal });
  if (venv.code !== 0) {
    throw new SlipwayError(
      `python3 -m venv failed with exit code ${venv.code}; install Python 3.9 or newer with its venv module` +
        ' (Debian and Ubuntu: apt-get install python3 python3-venv)',
    );
  }
  const pip = await shell.run(
    [
      path.join(folder, 'bin', 'pip'),
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--requirement',
      requirements,
    ],
    { write: true, signal },
  );
  if (pip.code !== 0) {
    const reason = pip.stderr.trim().split('\n').at(-1) ?? '';
    throw new SlipwayError(
      `pip could not install ${path.basename(requirements)}: ${reason}; check the network, run again`,
    );
  }
  writeFileSync(path.join(folder, COMPLETE), '');
}
