import { environments } from '../../stacks/environments';
import { site } from '../../stacks/environments/site';
import type { PlanStore } from '../adapters/plan-store';
import type { Action } from './action';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { PlanReport } from '../domain/plan/plan-report';
import { reportOf } from '../domain/plan/plan-report';
import { summaryOf } from '../domain/plan/plan-words';
import { renderPlanMarkdown } from '../domain/plan/render-plan-markdown';
import { renderPlanText } from '../domain/plan/render-plan-text';
import { configurationDigest } from '../domain/plan/saved-plan';
import type { Context } from './context';
import { step } from './step';
import { withTerraform } from './with-terraform';

export interface PlanOptions {
  /** Stack id: `prod`, `dev`, `account`. */
  readonly environment: string;
  /** Keep the plan for `apply`. */
  readonly save: boolean;
  /** Print the report as a pull-request comment. */
  readonly markdown: boolean;
  /** How long to wait for somebody else's lock, e.g. `30s`. */
  readonly lockTimeout: string;
  /**
   * For a role that may read the state and little else: no lock is taken, and AWS is not asked what really exists, as Terraform
   * would have to decrypt every secret for that. Such a plan shows what the code changes; it cannot be saved.
   */
  readonly readOnly: boolean;
}

/** `slipway plan <env>`: what an apply would do, what it would cost, and what it would break. */
export function plan(options: PlanOptions): Action {
  return async context => {
    const { environment, readOnly } = options;
    if (readOnly && options.save) {
      throw new SlipwayError(
        '--read-only does not look at AWS, so its plan cannot be saved; leave out one of --read-only, --save',
      );
    }
    return withTerraform(context, environment, async ({ json, terraform, store, draft: out }) => {
      const run = await step(context, 'compare with AWS', () =>
        terraform.plan({ out, ...(readOnly ? { refresh: false } : { lockTimeout: options.lockTimeout }) }),
      );
      const report = reportOf(await terraform.show(out), {
        environment,
        protect: isProtected(environment),
        region: site.region,
        preventedDestroys: run.preventedDestroys,
      });
      const exitCode = exitCodeOf(report);
      print(context, report, options.markdown, exitCode);
      if (run.preventedDestroys.length > 0) logPrevented(context, run.preventedDestroys);
      else if (options.save) await save(context, store, report, configurationDigest(json));
      return exitCode;
    });
  };
}

/** What is not an environment (the account) is protected as well. */
function isProtected(environment: string): boolean {
  return environments.find(({ name }) => name === environment)?.protect ?? true;
}

function exitCodeOf(report: PlanReport): ExitCode {
  if (report.protectedLosses.length > 0) return ExitCode.Refused;
  return report.hasChanges ? ExitCode.Changes : ExitCode.Done;
}

function print({ output }: Context, report: PlanReport, markdown: boolean, exitCode: ExitCode): void {
  output.print(markdown ? renderPlanMarkdown(report) : renderPlanText(report, output.colour));
  output.json({ command: 'plan', exitCode, ...report });
}

function logPrevented({ output }: Context, addresses: readonly string[]): void {
  output.log(
    `refused: the code says that ${addresses.join(', ')} may never be destroyed (prevent_destroy); ` +
      'take the change back, or set protect to false, apply that, and plan again',
  );
}

async function save(context: Context, store: PlanStore, report: PlanReport, digest: string): Promise<void> {
  const { environment } = report;
  if (context.dryRun) {
    context.output.log(`would save the plan of ${environment}`);
    return;
  }
  const head = await context.shell.run(['git', 'rev-parse', 'HEAD'], { cwd: context.root, write: false });
  await store.save({
    configurationDigest: digest,
    commit: head.code === 0 ? head.stdout.trim() : null,
    savedAt: context.now().toISOString(),
    summary: summaryOf(report),
    hasChanges: report.hasChanges,
    protectedLosses: report.protectedLosses,
  });
  context.output.log(`saved; apply exactly this plan with: slipway apply ${environment}`);
}
