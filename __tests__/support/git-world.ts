import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessShell } from '../../scripts/adapters/shell';
import { Git } from '../../scripts/adapters/git';

const CONFIGURATION = `
[user]
  name = Release Tester
  email = tester@example.org
[init]
  defaultBranch = master
[commit]
  gpgSign = false
`;

/** A person's checkout of the application. */
export class Checkout {
  constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Runs Git as the person would; fails the test when Git does. */
  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: this.env, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  }

  write(file: string, content: string): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** Commits one file and answers the commit. */
  commit(file: string, content: string, message = `Change ${file}`): string {
    this.write(file, content);
    this.git('add', file);
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** The program's own view of the checkout. */
  repository(): Git {
    return new Git(new ProcessShell({ env: this.env }), this.folder, 'origin');
  }
}

/** A real remote with the branches `master` and `develop`, and people who work with it. Git finds nobody's own settings. */
export class GitWorld {
  readonly root = mkdtempSync(path.join(tmpdir(), 'slipway-git-'));
  readonly remote = path.join(this.root, 'remote.git');
  readonly env: NodeJS.ProcessEnv;

  /** @param files  what the first commit has */
  constructor(files: Readonly<Record<string, string>> = { 'readme.txt': 'A shop.\n' }) {
    const configuration = path.join(this.root, 'gitconfig');
    writeFileSync(configuration, CONFIGURATION);
    this.env = {
      PATH: process.env['PATH'],
      HOME: this.root,
      GIT_CONFIG_GLOBAL: configuration,
      GIT_CONFIG_NOSYSTEM: '1',
    };
    execFileSync('git', ['init', '--quiet', '--bare', this.remote], { env: this.env });
    const first = this.clone('first');
    for (const [file, content] of Object.entries(files)) first.write(file, content);
    first.git('add', '.');
    first.git('commit', '--quiet', '--message', 'First commit');
    first.git('push', '--quiet', 'origin', 'HEAD:master', 'HEAD:develop');
  }

  /** A fresh clone that stands on `develop`, as soon as there is one. */
  clone(person: string): Checkout {
    const folder = path.join(this.root, person);
    execFileSync('git', ['clone', '--quiet', this.remote, folder], { env: this.env, stdio: 'pipe' });
    const checkout = new Checkout(folder, this.env);
    if (checkout.git('branch', '--remotes').includes('origin/develop')) checkout.git('switch', '--quiet', 'develop');
    return checkout;
  }

  /** Runs Git in the remote itself. */
  atRemote(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.remote, env: this.env, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  }

  /** All refs of the remote with their objects, for "nothing has changed". */
  refs(): string {
    return this.atRemote('for-each-ref', '--format=%(refname) %(objectname)');
  }

  /** The commit of a branch or tag at the remote. */
  commitOf(ref: string): string {
    return this.atRemote('rev-parse', `${ref}^{commit}`);
  }

  /** Puts light tags onto the first commit. */
  tag(...names: string[]): void {
    const commit = this.commitOf('master');
    const input = names.map(name => `create refs/tags/${name} ${commit}\n`).join('');
    execFileSync('git', ['update-ref', '--stdin'], { cwd: this.remote, env: this.env, input });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
