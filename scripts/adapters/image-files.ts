import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { RegistryLogin } from './registry';
import type { Command, Shell } from './shell';

export interface ImageFiles {
  /** Image by its digest, e.g. `registry.example.org/webshop@sha256:...`. */
  readonly image: string;
  /** Registry to log in to. */
  readonly server: string;
  readonly login?: RegistryLogin;
  /** Folder inside the image. */
  readonly folder: string;
  /** Folder on this machine that gets what is in it. */
  readonly into: string;
  readonly signal: AbortSignal;
}

/** Copies a folder out of an image, of which nothing is started. Needs Docker on this machine. */
export async function copyFromImage(shell: Shell, files: ImageFiles): Promise<void> {
  const { image, server, login, folder, into } = files;
  // Settings of its own, so that no login stays.
  const settings = await mkdtemp(path.join(tmpdir(), 'slipway-docker-'));
  const docker = ['docker', '--config', settings] as const;
  try {
    if (login) {
      const command: Command = [...docker, 'login', '--username', login.username, '--password-stdin', server];
      await run(shell, files, command, `log in to ${server}`, login.password);
    }
    await run(shell, files, [...docker, 'pull', '--quiet', image], `pull ${image}`);
    // An image of files alone has no command, and one must be named; it is never run.
    const container = await run(shell, files, [...docker, 'create', image, 'never-run'], `look into ${image}`);
    try {
      await run(shell, files, [...docker, 'cp', `${container}:${folder}/.`, into], `copy ${folder} out of ${image}`);
    } finally {
      await shell.run([...docker, 'rm', container], { write: true });
    }
  } finally {
    await rm(settings, { recursive: true });
  }
}

async function run(
  shell: Shell,
  { signal, login }: ImageFiles,
  command: Command,
  what: string,
  input?: string,
): Promise<string> {
  const { code, stdout, stderr } = await shell.run(command, {
    write: true,
    signal,
    ...(input !== undefined && { input }),
  });
  if (code === 0) return stdout.trim();
  // Of what a login says nothing is shown: a part of the token may be in it.
  const reason =
    input === undefined ? (stderr.trim().split('\n').at(-1) ?? '') : `check ${login?.username ?? ''}'s token`;
  throw new SlipwayError(`Docker cannot ${what}: ${reason}`, ExitCode.BuildFailed);
}
