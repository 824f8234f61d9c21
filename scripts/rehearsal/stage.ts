import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { site } from '../../stacks/environments/site';
import { deadline } from '../adapters/deadline';
import { ProcessShell, type Result, type RunOptions, type Shell } from '../adapters/shell';
import { SlipwayError } from '../domain/slipway-error';
import { findProvider, mirrorFolders, pinnedProviderVersion, type ProviderSource } from './aws-provider';
import { emulatedEnvironment, type EmulatedAws, startEmulatedAws } from './emulated-aws';
import type { Progress } from './steps';
import { pythonEnvironment } from './python-environment';
import { Workspace } from './workspace';

/** One thing that exists in the (emulated) account. */
export interface InventoryItem {
  readonly region: string;
  readonly kind: string;
  readonly id: string;
  /** Its names and tag values. */
  readonly labels: readonly string[];
}

const REGISTRY = 'https://registry.terraform.io/.well-known/terraform.json';
const REGISTRY_TIMEOUT_MS = 5_000;

/** Everything that a rehearsal stands on, found or made: Terraform, a provider, Python with moto. */
export interface Toolchain {
  readonly terraform: string;
  readonly provider: ProviderSource;
  /** `bin` folder of the Python environment. */
  readonly python: string;
}

/** Finds Terraform and the provider and makes the Python environment. */
export async function prepareToolchain(
  root: string,
  env: NodeJS.ProcessEnv,
  shell: Shell,
  signal: AbortSignal,
): Promise<Toolchain> {
  const terraform = await findTerraform(env, shell);
  const provider = await findProvider({
    pinned: pinnedProviderVersion(root),
    mirrors: mirrorFolders(homedir(), env['SLIPWAY_PROVIDER_MIRROR']),
    registryReachable: () => reachable(REGISTRY),
  });
  if (!provider) {
    throw new SlipwayError(
      'the Terraform AWS provider is neither in the registry (not reachable) nor in a plugin mirror;' +
        ' set SLIPWAY_PROVIDER_MIRROR to the folder of a mirror made by `terraform providers mirror`',
    );
  }
  const cache = path.join(env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'slipway');
  const requirements = path.join(root, 'scripts', 'rehearsal', 'requirements.txt');
  const python = await pythonEnvironment(shell, cache, requirements, signal);
  return { terraform, provider, python };
}

/**
 * An emulated AWS with a copy of the project in front of it, ready for `cdktf` and `slipway`.
 * Made by the rehearsal and by the tests that need a cloud to deploy to.
 */
export class Stage {
  private constructor(
    readonly aws: EmulatedAws,
    readonly workspace: Workspace,
    /** The environment of every program that is run on this stage. */
    readonly env: NodeJS.ProcessEnv,
    private readonly work: string,
    private readonly toolchain: Toolchain,
    private readonly signal: AbortSignal,
  ) {}

  static async open(root: string, env: NodeJS.ProcessEnv, toolchain: Toolchain, signal: AbortSignal): Promise<Stage> {
    const work = mkdtempSync(path.join(tmpdir(), 'slipway-aws-'));
    const scripts = path.join(root, 'scripts', 'rehearsal');
    const aws = await startEmulatedAws({ python: toolchain.python, scripts, work, env, signal });
    const variables = {
      ...emulatedEnvironment(aws.url, site.region),
      ...providerVariables(toolchain.provider, work),
      TERRAFORM_BINARY_NAME: toolchain.terraform,
    };
    return new Stage(aws, Workspace.create(root), { ...env, ...variables }, work, toolchain, signal);
  }

  /** Variables that differ from the caller's environment, for a person to export. */
  exports(original: NodeJS.ProcessEnv): string[] {
    const names = new Set([...Object.keys(this.env), ...Object.keys(original)]);
    return [...names].sort().flatMap(name => {
      const value = this.env[name];
      if (value === original[name]) return [];
      return value === undefined ? [`unset ${name}`] : [`export ${name}='${value}'`];
    });
  }

  /** Runs the real cdktf CLI on the copy. Reads need no `--skip-provider-lock` flag of the caller: it is added. */
  cdktf(
    verb: 'deploy' | 'destroy' | 'diff' | 'list' | 'synth',
    args: readonly string[],
    progress?: Progress,
  ): Promise<Result> {
    const changing = verb === 'deploy' || verb === 'destroy';
    const flags = [
      ...(changing ? ['--auto-approve'] : []),
      ...(changing || verb === 'diff' ? ['--skip-provider-lock'] : []),
    ];
    let done = 0;
    return this.shell().run(
      [path.join(this.workspace.root, 'node_modules', '.bin', 'cdktf'), verb, ...args, ...flags],
      {
        cwd: this.workspace.root,
        // In CI, cdktf keeps to itself what it does until the end.
        env: { FORCE_COLOR: '0', NO_COLOR: '1', CI: undefined },
        write: changing,
        signal: this.signal,
        onLine: line => {
          const what = stripVTControlCharacters(line).trim();
          const latest = /(\S+) \(.*\): (Creation|Modifications|Destruction) complete/.exec(what)?.[1];
          if (latest === undefined) return;
          done += 1;
          progress?.(`${done} done, the last one ${latest}`);
        },
      },
    );
  }

  /** Runs `slipway` on the copy. */
  slipway(args: readonly string[], options: Partial<Pick<RunOptions, 'signal' | 'onLine'>> = {}): Promise<Result> {
    return this.shell().run(['node', path.join(this.workspace.root, 'scripts', 'slipway.cjs'), ...args], {
      cwd: this.workspace.root,
      env: { SLIPWAY_ROOT: this.workspace.root },
      write: true,
      signal: this.signal,
      ...options,
    });
  }

  /** Runs Terraform in the folder of a stack that cdktf has synthesized and initialized. */
  terraform(stack: string, args: readonly string[]): Promise<Result> {
    const command = [this.toolchain.terraform, `-chdir=${this.workspace.stack(stack)}`, ...args] as const;
    return this.shell().run(command, { write: true, signal: this.signal });
  }

  /** Everything in the account, asked of AWS. */
  async inventory(): Promise<InventoryItem[]> {
    const script = path.join(this.workspace.root, 'scripts', 'rehearsal', 'inventory.py');
    const answer = await this.shell().run([path.join(this.toolchain.python, 'python'), script, 'us-east-1'], {
      write: false,
    });
    if (answer.code !== 0) throw new Error(`inventory failed: ${answer.stderr}`);
    return answer.stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as InventoryItem);
  }

  /** Ends the emulated AWS and removes the copy. */
  async close(): Promise<void> {
    await this.aws.service.stop();
    this.workspace.remove();
    rmSync(this.work, { recursive: true, force: true });
  }

  private shell(): Shell {
    return new ProcessShell({ env: this.env });
  }
}

async function findTerraform(env: NodeJS.ProcessEnv, shell: Shell): Promise<string> {
  const named = env['TERRAFORM_BINARY_NAME'];
  for (const candidate of named ? [named] : ['terraform', 'tofu']) {
    if ((await shell.run([candidate, 'version'], { write: false })).code === 0) return candidate;
  }
  const missing = named
    ? `TERRAFORM_BINARY_NAME is ${named}, which cannot be run`
    : 'neither terraform nor tofu is on PATH';
  throw new SlipwayError(
    `${missing}; install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install)`,
  );
}

function providerVariables(provider: ProviderSource, work: string): Record<string, string> {
  if (provider.mirror === undefined) return {};
  const config = path.join(work, 'terraform.rc');
  writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = "${provider.mirror}"\n  }\n}\n`);
  return { TF_CLI_CONFIG_FILE: config, SLIPWAY_AWS_PROVIDER_VERSION: provider.version };
}

async function reachable(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: deadline(REGISTRY_TIMEOUT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}
