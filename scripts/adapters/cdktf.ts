import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Context } from '../commands/context';
import { SlipwayError } from '../domain/slipway-error';

/** A stack as CDKTF wrote it for Terraform. */
export interface SynthesizedFile {
  /** Folder of the stack, relative to the project: what `terraform -chdir` takes. */
  readonly folder: string;
  /** Content of its `cdk.tf.json`. */
  readonly json: string;
}

const OUTPUT = 'cdktf.out';
const NOT_FOUND = 127;

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly workingDirectory: string; readonly synthesizedStackPath: string }>
  >;
}

/**
 * Synthesizes all stacks and returns the one of that name.
 *
 * @throws SlipwayError when the code does not synthesize, with its own message, or has no such stack, with those it has
 */
export async function synthesize(context: Context, stack: string): Promise<SynthesizedFile> {
  const cdktf = join(context.root, 'node_modules', '.bin', 'cdktf');
  const result = await context.shell.run([cdktf, 'synth', '--no-color'], {
    cwd: context.root,
    env: { CHECKPOINT_DISABLE: '1' },
    signal: context.signal,
    write: false,
  });
  if (result.code === NOT_FOUND) throw new SlipwayError('cdktf is not installed; run npm ci in the project folder');
  if (result.code !== 0) throw new SlipwayError(`synth failed: ${synthError(result.stderr)}`);
  const manifest = JSON.parse(await readFile(join(context.root, OUTPUT, 'manifest.json'), 'utf8')) as Manifest;
  const found = Object.hasOwn(manifest.stacks, stack) ? manifest.stacks[stack] : undefined;
  if (!found) {
    const names = Object.keys(manifest.stacks).join(', ');
    throw new SlipwayError(`stack is "${stack}", allowed is one of ${names}; type one of these names`);
  }
  return {
    folder: join(OUTPUT, found.workingDirectory),
    json: await readFile(join(context.root, OUTPUT, found.synthesizedStackPath), 'utf8'),
  };
}

/** The program's own message out of CDKTF's report: the line of the error, not the source line and stack around it. */
function synthError(stderr: string): string {
  const [, own = stderr] = stderr.split('Command output on stderr:');
  const lines = stripVTControlCharacters(own)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const message = lines.find(line => /^\w*Error: /.test(line)) ?? lines[0] ?? 'no reason given';
  return message.replace(/^\w*Error: /, '');
}
