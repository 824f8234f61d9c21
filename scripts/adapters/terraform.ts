import type { Context } from '../commands/context';
import { explainTerraformFailure, preventedDestroys } from '../domain/plan/terraform-failure';
import type { FailedRun } from '../domain/plan/terraform-failure';
import type { TerraformPlan } from '../domain/plan/terraform-plan';
import { parseTerraformPlan } from '../domain/plan/terraform-plan';
import { SlipwayError } from '../domain/slipway-error';
import type { Result } from './shell';

export interface PlanOptions {
  /** Absolute path that the plan is written to. It holds secrets: the folder must be private. */
  readonly out: string;
  /**
   * How long to wait for a lock that somebody else holds, e.g. `30s`.
   *
   * @default - no lock is taken
   */
  readonly lockTimeout?: string;
  /**
   * Whether AWS is asked what really exists; otherwise the state is believed.
   *
   * @default true
   */
  readonly refresh?: boolean;
}

/** How a plan ended. */
export interface PlanRun {
  /** Addresses at which Terraform stopped because they may never be destroyed. The plan can be read, not applied. */
  readonly preventedDestroys: readonly string[];
}

const NOT_FOUND = 127;
/** Exit code of `plan -detailed-exitcode` when there is something to do. */
const CHANGES = 2;

/** Terraform, or OpenTofu, in the folder of one stack. */
export class Terraform {
  private constructor(
    private readonly context: Context,
    private readonly binary: string,
    private readonly stack: { readonly environment: string; readonly folder: string },
  ) {}

  /** Finds the program: TERRAFORM_BINARY_NAME as CDKTF does, else terraform, else tofu. */
  static async find(context: Context, environment: string, folder: string): Promise<Terraform> {
    const wanted = context.env['TERRAFORM_BINARY_NAME'];
    for (const binary of wanted ? [wanted] : ['terraform', 'tofu']) {
      const { code } = await context.shell.run([binary, 'version'], { cwd: context.root, write: false });
      if (code !== NOT_FOUND) return new Terraform(context, binary, { environment, folder });
    }
    const name = wanted ? `TERRAFORM_BINARY_NAME is "${wanted}", which` : 'neither terraform nor tofu';
    throw new SlipwayError(`${name} is not on the PATH; install Terraform 1.11 or later, or OpenTofu, and try again`);
  }

  /** Fetches providers and connects the state. */
  async init(): Promise<void> {
    const result = await this.run(['init', '-input=false', '-no-color'], false);
    if (result.code !== 0) throw this.failure('init', result);
  }

  /** Plans into a file. */
  async plan(options: PlanOptions): Promise<PlanRun> {
    const lock = options.lockTimeout === undefined ? '-lock=false' : `-lock-timeout=${options.lockTimeout}`;
    const refresh = options.refresh === false ? ['-refresh=false'] : [];
    const args = ['plan', '-input=false', '-no-color', `-out=${options.out}`, '-detailed-exitcode', lock, ...refresh];
    const result = await this.run(args, false);
    if (result.code === 0 || result.code === CHANGES) return { preventedDestroys: [] };
    const prevented = preventedDestroys(result.stderr);
    if (prevented.length === 0) throw this.failure('plan', result);
    return { preventedDestroys: prevented };
  }

  /** Reads a plan file. */
  async show(file: string): Promise<TerraformPlan> {
    const result = await this.run(['show', '-no-color', '-json', file], false);
    if (result.code !== 0) throw this.failure('show', result);
    return parseTerraformPlan(result.stdout);
  }

  /** The outputs of the stack as it is deployed; none when it is not. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const result = await this.run(['output', '-no-color', '-json'], false);
    if (result.code !== 0) throw this.failure('output', result);
    const outputs = JSON.parse(result.stdout) as Record<string, { readonly value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** Applies exactly that plan file. When interrupted, Terraform is told once and its end is waited for. */
  async apply(file: string): Promise<void> {
    const log = (line: string) => this.context.output.log(line);
    const result = await this.run(['apply', '-input=false', '-no-color', file], true, log);
    if (result.code !== 0) throw this.failure('apply', result);
  }

  private run(args: readonly string[], write: boolean, onLine?: (line: string) => void): Promise<Result> {
    return this.context.shell.run([this.binary, `-chdir=${this.stack.folder}`, ...args], {
      cwd: this.context.root,
      env: { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
      signal: this.context.signal,
      write,
      ...(onLine && { onLine }),
    });
  }

  private failure(operation: FailedRun['operation'], { stdout, stderr }: Result): SlipwayError {
    return explainTerraformFailure(`${stdout}\n${stderr}`, { ...this.stack, operation, binary: this.binary });
  }
}
