import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Artefact } from '../../stacks/environments/asset-settings';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { sha256Of } from './asset-folder';
import { deadline } from './deadline';

const TIMEOUT_MS = 600_000;

/**
 * Fetches a file to its place below a folder.
 *
 * @throws SlipwayError with exit code 4 when it cannot be had, or is not what the data says; then it is not there
 */
export async function fetchArtefact(artefact: Artefact, folder: string, signal: AbortSignal): Promise<void> {
  const { url, sha256, to } = artefact;
  const target = path.resolve(folder, to);
  if (!target.startsWith(path.resolve(folder) + path.sep)) {
    throw new SlipwayError(
      `artefact ${url} is to go to "${to}", allowed is a path among the assets; correct its \`to\``,
    );
  }
  await mkdir(path.dirname(target), { recursive: true });
  await download(url, target, signal);
  const found = await sha256Of(target);
  if (found === sha256.toLowerCase()) return;
  await rm(target);
  throw failure(url, `has sha256 ${found}, not ${sha256}`, 'find out who has changed it before you change its sha256');
}

async function download(url: string, target: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(url, { signal: deadline(TIMEOUT_MS, signal) });
    if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(target));
  } catch (error) {
    await rm(target, { force: true });
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw failure(url, `cannot be fetched: ${cause?.code ?? message}`, 'check its address, then try again');
  }
}

function failure(url: string, what: string, next: string): SlipwayError {
  return new SlipwayError(`artefact ${url} ${what}; ${next}`, ExitCode.BuildFailed);
}
