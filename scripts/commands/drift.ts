import { environments } from '../../stacks/environments';
import { awsClients } from '../adapters/aws-clients';
import { readInventory } from '../adapters/aws-inventory';
import type { Action } from './action';
import { driftOf, renderDrift } from '../domain/drift/drift-report';
import type { Inventory } from '../domain/drift/added-by-hand';
import type { ManagedThings } from '../domain/drift/managed-things';
import { managedThings } from '../domain/drift/managed-things';
import { ExitCode } from '../domain/exit-code';
import type { Context } from './context';
import { step } from './step';
import { withTerraform } from './with-terraform';

export interface DriftOptions {
  /** Stack id: `prod`, `dev`, `account`. */
  readonly environment: string;
}

/** Reads from AWS what Terraform does not; a test hands in its own. */
type ReadInventory = (context: Context, managed: ManagedThings) => Promise<Inventory>;

const readFromAws: ReadInventory = (context, managed) => readInventory(awsClients(context), managed);

/** `slipway drift <env>`: what differs from the last apply, what no plan can see included. Takes no lock. */
export function drift({ environment }: DriftOptions, read: ReadInventory = readFromAws): Action {
  return context =>
    withTerraform(context, environment, async ({ terraform, draft: out }) => {
      await step(context, 'compare with AWS', () => terraform.plan({ out }));
      const plan = await terraform.show(out);
      const managed = managedThings(plan.prior_state?.values);
      const inventory = await step(context, 'look for what was added by hand', () => read(context, managed));
      const delegated = environments.filter(({ name }) => name !== environment).map(({ domain }) => domain);
      const report = driftOf(plan, inventory, { environment, delegated });
      context.output.print(renderDrift(report));
      context.output.json({ command: 'drift', ...report });
      return report.hasDrift ? ExitCode.Changes : ExitCode.Done;
    });
}
