import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Result, RunOptions, Shell } from '../../scripts/adapters/shell';
import { type RecordingContext, recordingContext } from './recording-context';
import { temporaryFolder } from './temporary-folder';

/** What a fake program answers; everything that is left out is a silent success. */
export type Answer = (command: Command, options: RunOptions) => Partial<Result> | undefined;

/** A shell that runs nothing, notes every command and answers as it is told. */
export class FakeShell implements Shell {
  readonly commands: string[] = [];
  readonly written: string[] = [];
  readonly options: RunOptions[] = [];

  constructor(
    private readonly answer: Answer,
    private readonly dryRun = false,
  ) {}

  run(command: Command, options: RunOptions): Promise<Result> {
    const line = command.join(' ');
    this.options.push(options);
    if (options.write && this.dryRun) return Promise.resolve({ code: 0, stdout: '', stderr: '' });
    this.commands.push(line);
    if (options.write) this.written.push(line);
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...this.answer(command, options) });
  }
}

export interface FakeContext extends RecordingContext {
  readonly shell: FakeShell;
}

export interface FakeOptions {
  readonly answer?: Answer;
  readonly root?: string;
  readonly dryRun?: boolean;
  readonly interactive?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** A context whose clock stands still and whose project is an empty folder with two synthesized stacks. */
export function fakeContext(options: FakeOptions = {}): FakeContext {
  const dryRun = options.dryRun ?? false;
  const shell = new FakeShell(options.answer ?? (() => undefined), dryRun);
  const context = recordingContext({
    env: options.env ?? {},
    root: options.root ?? fakeProject(),
    dryRun,
    interactive: options.interactive ?? false,
    now: () => new Date('2026-05-04T09:12:33Z'),
  });
  return { ...context, shell };
}

/** A project folder as cdktf leaves it, with two empty stacks. */
export function fakeProject(): string {
  const root = temporaryFolder();
  const stacks: Record<string, unknown> = {};
  for (const name of ['prod', 'dev']) {
    mkdirSync(join(root, 'cdktf.out', 'stacks', name), { recursive: true });
    writeStack(root, name, { resource: {} });
    stacks[name] = { workingDirectory: `stacks/${name}`, synthesizedStackPath: `stacks/${name}/cdk.tf.json` };
  }
  writeFileSync(join(root, 'cdktf.out', 'manifest.json'), JSON.stringify({ stacks }));
  return root;
}

export function writeStack(root: string, name: string, json: unknown): void {
  writeFileSync(join(root, 'cdktf.out', 'stacks', name, 'cdk.tf.json'), JSON.stringify(json));
}
