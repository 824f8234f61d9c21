import type { Verdict } from './check';

/** A program that slipway calls. */
export interface Tool {
  readonly program: string;
  readonly versionArgs: readonly string[];
  /** Lowest version that will do, e.g. `1.11`. @default - any */
  readonly atLeast?: string;
  /** What to do when it is missing or too old. */
  readonly install: string;
  /** What it is good for, when one can do without. @default - one cannot */
  readonly optionalFor?: string;
}

/** How a call of the program ended; 127 when it is not there. */
export interface ToolAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NOT_FOUND = 127;

export const NODE: Tool = {
  program: 'node',
  versionArgs: ['--version'],
  atLeast: '20.19',
  install: 'install Node.js 20.19 or newer',
};
export const GIT: Tool = { program: 'git', versionArgs: ['--version'], install: 'install git' };
export const SSH: Tool = { program: 'ssh', versionArgs: ['-V'], install: 'install an OpenSSH client' };
export const DOCKER: Tool = {
  program: 'docker',
  versionArgs: ['--version'],
  install: 'install Docker',
  optionalFor: 'building images here instead of in CI',
};

/** Write-only arguments and the lock file in S3 came with version 1.11 of both. */
export function terraform(program: string): Tool {
  const install = 'install Terraform 1.11 or newer, or OpenTofu with TERRAFORM_BINARY_NAME=tofu';
  return { program, versionArgs: ['version'], atLeast: '1.11', install };
}

/** The first thing that looks like a version, e.g. `1.11.4` in `Terraform v1.11.4` and `9.2p1` in `OpenSSH_9.2p1`. */
function versionIn(text: string): string | undefined {
  return /\d+(?:\.\d+)+(?:p\d+)?/.exec(text)?.[0];
}

/** Whether a version is at least another one, number by number. */
export function isAtLeast(version: string, lowest: string): boolean {
  const [have, want] = [version, lowest].map(text => text.split('.').map(part => Number.parseInt(part, 10)));
  for (const [index, wanted] of (want ?? []).entries()) {
    const number = have?.[index] ?? 0;
    if (number !== wanted) return number > wanted;
  }
  return true;
}

/** What the program's answer to "which version are you?" means. */
export function toolVerdict(tool: Tool, answer: ToolAnswer): Verdict {
  const { program, atLeast, install, optionalFor } = tool;
  if (answer.code !== 0) {
    const detail = answer.code === NOT_FOUND ? 'not found' : `exit code ${answer.code} from ${program}`;
    if (optionalFor === undefined) return { state: 'not ok', detail, next: install };
    return { state: 'skipped', detail: `${detail}; only needed for ${optionalFor}` };
  }
  // OpenSSH prints its version on standard error.
  const version = versionIn(answer.stdout) ?? versionIn(answer.stderr);
  if (version === undefined) return { state: 'not ok', detail: 'does not tell its version', next: install };
  if (atLeast === undefined || isAtLeast(version, atLeast)) return { state: 'ok', detail: version };
  return { state: 'not ok', detail: `${version}, at least ${atLeast} is needed`, next: install };
}
