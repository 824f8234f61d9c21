import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Run } from './action';
import { collect } from './collect';

const LOCK_TIMEOUT = '30s';
const NODE_WAIT_SECONDS = 600;

/** Options of `plan` as commander hands them over. */
interface PlanFlags {
  readonly save: boolean;
  readonly markdown: boolean;
  readonly lockTimeout: string;
  readonly readOnly: boolean;
}

/** Registers `plan`, `apply`, `drift`, `bootstrap`, `doctor` and `node wait`. */
export function registerInfrastructureCommands(program: Command, run: Run): void {
  registerReview(program, run);
  registerAccount(program, run);
  registerNode(program, run);
}

function registerReview(program: Command, run: Run): void {
  program
    .command('plan')
    .description('what an apply of a stack would change, cost and break; with a version: what its deployment would')
    .argument('<env>', 'stack id: prod, dev, account')
    .argument('[version]', 'a built version, e.g. 202611.3')
    .option('--save', 'keep the plan, so that `apply` applies exactly this one', false)
    .option('--markdown', 'print the report as a pull-request comment', false)
    .option('--lock-timeout <time>', "how long to wait for somebody else's lock", parseTime, LOCK_TIMEOUT)
    .option('--read-only', 'take no lock and believe the state, for a role that may only read', false)
    .addHelpText('after', '\nExamples:\n  $ slipway plan prod --save\n  $ slipway plan prod 202611.3')
    .action((environment: string, version: string | undefined, options: PlanFlags) =>
      run(async context =>
        version === undefined
          ? (await import('./plan')).plan({ environment, ...options })(context)
          : (await import('./deploy/plan-release')).planRelease({ environment, version })(context),
      ),
    );
  program
    .command('apply')
    .description('apply the plan that `plan --save` kept, and no other')
    .argument('<env>', 'stack id: prod, dev, account')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .option('--allow-destroy <address>', 'a protected resource that may go (may be repeated)', collect, [])
    .addHelpText('after', '\nExample:\n  $ slipway apply prod')
    .action((environment: string, options: { yes: boolean; allowDestroy: string[] }) =>
      run(async context => (await import('./apply')).apply({ environment, ...options })(context)),
    );
  program
    .command('drift')
    .description('what differs from the last apply, also what was added by hand and no plan can see')
    .argument('<env>', 'stack id: prod, dev, account')
    .addHelpText('after', '\nExample:\n  $ slipway drift prod')
    .action((environment: string) => run(async context => (await import('./drift')).drift({ environment })(context)));
}

function registerAccount(program: Command, run: Run): void {
  program
    .command('bootstrap')
    .description('make what Terraform needs before its first run: the state bucket')
    .addHelpText('after', '\nExample:\n  $ slipway bootstrap')
    .action(() => run(async context => (await import('./bootstrap')).bootstrap({})(context)));
  program
    .command('doctor')
    .description('check tools, credentials, domain and mail, and say how to repair what is wrong')
    .argument('[env]', 'also check what this environment needs')
    .addHelpText('after', '\nExample:\n  $ slipway doctor prod')
    .action((environment: string | undefined) =>
      run(async context =>
        (await import('./doctor')).doctor(environment === undefined ? {} : { environment })(context),
      ),
    );
}

function registerNode(program: Command, run: Run): void {
  const node = program.command('node').description('the machine that serves the application');
  registerInventory(node, run);
  node
    .command('wait')
    .description('wait until a node has reported that it serves; the gate of a node replacement')
    .argument('<instance-id>', 'EC2 instance id')
    .requiredOption('--bucket <name>', 'bucket that the node reports to')
    .option('--timeout <seconds>', 'give up after this time', parseSeconds, NODE_WAIT_SECONDS)
    .option('--region <name>', 'region of the node, when it is not the default one')
    .addHelpText(
      'after',
      '\nExample:\n  $ slipway node wait i-0123456789abcdef0 --bucket example-org-webshop-prod-node',
    )
    .action((instanceId: string, { timeout, ...options }: { bucket: string; timeout: number; region?: string }) =>
      run(async context =>
        (await import('./node-wait')).nodeWait({ instanceId, timeoutSeconds: timeout, ...options })(context),
      ),
    );
}

function registerInventory(node: Command, run: Run): void {
  node
    .command('inventory')
    .description(
      'what is known of environments, for a file that SLIPWAY_INVENTORY names: later commands ask no Terraform',
    )
    .argument('<env...>', 'environments, e.g. prod dev')
    .addHelpText('after', '\nExample:\n  $ slipway node inventory prod dev > inventory.json')
    .action((environments: string[]) =>
      run(async context => (await import('./node/print-inventory')).printInventory(environments)(context)),
    );
}

function parseTime(value: string): string {
  if (/^\d+(s|m)$/.test(value)) return value;
  throw new InvalidArgumentError('allowed is a number of seconds or minutes, e.g. 30s or 5m.');
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError('allowed is a whole number of seconds above 0.');
}
