import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../../scripts/adapters/shell';
import { Workspace } from '../../scripts/rehearsal/workspace';
import type { Application } from '../../stacks/environments/application';
import { resultOf } from './client-process';
import { attempt, family } from './process-family';

const ROOT = path.join(__dirname, '..', '..');
const LOOK_EVERY_MS = 100;

/** A checkout of this project with a person's own data in it. */
export class Project {
  readonly workspace = Workspace.create(ROOT);

  constructor(
    /** Data that it was made with. */
    readonly application: Application,
    private readonly env: NodeJS.ProcessEnv,
    private readonly said: string[],
  ) {
    this.configure(application);
    // The lab's Traefik has a certificate that nobody vouches for, as with a staging CA.
    this.workspace.edit('stacks/environments/prod.ts', /acmeStaging: false/, 'acmeStaging: true');
  }

  get root(): string {
    return this.workspace.root;
  }

  /** Edits the data of the application. */
  configure(application: Application): void {
    const text = JSON.stringify(application, undefined, 2);
    this.workspace.edit(
      'stacks/environments/application.ts',
      /export const application: Application = [^]*/,
      () => `export const application: Application = ${text};\n`,
    );
  }

  /** Types a command, and looks at nothing. */
  start(line: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const words = line.match(/"[^"]*"|\S+/g)?.map(word => word.replaceAll('"', '')) ?? [];
    return spawn(process.execPath, ['scripts/slipway.cjs', ...words], {
      cwd: this.root,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Types a command, e.g. `deploy prod 202611.1 --yes`; what it says, and what others could see of it, is kept. */
  async slipway(line: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
    const child = this.start(line, env);
    const seen = new Set<string>();
    const looking = setInterval(() => commandLines().forEach(one => seen.add(one)), LOOK_EVERY_MS);
    const result = await resultOf(child);
    clearInterval(looking);
    this.said.push([...seen].join('\n'));
    this.said.push(`$ slipway ${line}\n${result.stdout}${result.stderr}exit code ${result.code}\n`);
    return result;
  }

  remove(): void {
    this.workspace.remove();
  }
}

/** Command lines of what this test has started: everybody on the machine can see them. */
function commandLines(): string[] {
  return family().flatMap(
    pid => attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')) ?? [],
  );
}
