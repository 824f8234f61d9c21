import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Run } from './action';
import { type NodeFlags, nodeOptions } from './node-options';
import { collect } from './collect';

/** Registers the verbs that bring a version to an environment, and that look at what is there. */
export function registerDeployCommands(program: Command, run: Run): void {
  registerDeploy(program, run);
  registerPromote(program, run);
  registerRollback(program, run);
  registerLooks(program, run);
}

interface Overriding {
  readonly override: readonly string[];
  readonly reason?: string;
}

interface DeployFlags extends NodeFlags, Overriding {
  readonly commit?: string;
  readonly services?: string;
  readonly pause?: boolean;
  readonly canary?: number;
  readonly strategy?: 'auto' | 'colours' | 'rolling';
  readonly report?: string;
  readonly skipOlder: boolean;
  readonly yes: boolean;
  readonly by?: string;
  readonly runUrl?: string;
}

function overriding(command: Command): Command {
  return command
    .option('--override <guard>', 'set aside what objects (may be repeated)', collect, [])
    .option('--reason <text>', 'why, for the record; needed with --override');
}

function registerDeploy(program: Command, run: Run): void {
  const command = program
    .command('deploy')
    .description('bring a built version to an environment: schema, new tasks beside the old, checks, switch, schema')
    .argument('<env>', 'environment, e.g. prod')
    .argument('[version]', 'e.g. 202611.3; what is live, anew, without it')
    .option('--commit <ref>', 'the image of a commit instead of a version')
    .option('--services <names>', 'only these, in this order, e.g. phpfiles,web*')
    .option('--pause', 'stop after each stage, until continue or abort')
    .option('--canary <percent>', 'try it with part of the visitors, until canary promote or drop', parsePercent)
    .addOption(new Option('--strategy <how>', 'how tasks follow each other').choices(['auto', 'colours', 'rolling']))
    .option('--report <file>', 'what a run of the pending migrations on a clone has shown')
    .option('--skip-older', 'do nothing where a newer commit serves already', false)
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .option('--by <name>', 'who deploys, for the record, instead of who Git or the pipeline says')
    .option('--run-url <url>', "run of the pipeline, for the record, instead of the pipeline's own");
  nodeOptions(overriding(command), false)
    .addHelpText('after', '\nExample:\n  $ slipway deploy prod 202611.3')
    .action((environment: string, version: string | undefined, { services, ...flags }: DeployFlags) => {
      const only = services?.split(',').filter(Boolean);
      const options = { environment, ...flags, ...(version !== undefined && { version }), ...(only && { only }) };
      return run(async context => (await import('./deploy/deploy')).deploy(options)(context));
    });
}

function registerPromote(program: Command, run: Run): void {
  const command = program
    .command('promote')
    .description('bring the very image that one environment serves to another; nothing is built')
    .argument('<from>', 'environment, e.g. dev')
    .argument('<to>', 'environment, e.g. prod')
    .option('--identity <file>', 'private key of the deploy account, instead of the keys of the agent')
    .option('--report <file>', 'what a run of the pending migrations on a clone has shown')
    .option('--yes', 'do not ask; needed where there is no terminal', false);
  overriding(command)
    .addHelpText('after', '\nExample:\n  $ slipway promote dev prod')
    .action((from: string, to: string, flags: Overriding & { yes: boolean; identity?: string; report?: string }) =>
      run(async context => (await import('./deploy/promote')).promote({ from, to, ...flags })(context)),
    );
}

function registerRollback(program: Command, run: Run): void {
  const command = program
    .command('rollback')
    .description('go back to the release before, or to another one, unless the schema has lost what it needs')
    .argument('<env>', 'environment, e.g. prod')
    .argument('[release]', 'version or number, e.g. 202611.3 or #12')
    .option('--by <name>', 'who asks, for the audit, instead of who Git or the pipeline says')
    .option('--run-url <url>', "run of the pipeline, for the audit, instead of the pipeline's own");
  nodeOptions(overriding(command), false)
    .addHelpText('after', '\nExample:\n  $ slipway rollback prod --reason "basket is empty"')
    .action((environment: string, target: string | undefined, flags: NodeFlags & Overriding) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const options = { environment, json, ...flags, ...(target !== undefined && { target }) };
      return run(async context => (await import('./deploy/rollback')).rollback(options)(context));
    });
}

function registerLooks(program: Command, run: Run): void {
  program
    .command('smoke')
    .description('ask an environment from here what its check names; exit 5 when something is wrong')
    .argument('<env>', 'environment, e.g. prod')
    .option('--expect <version>', 'the version that must serve')
    .addHelpText('after', '\nExample:\n  $ slipway smoke prod --expect 202611.3')
    .action((environment: string, { expect: version }: { expect?: string }) =>
      run(async context =>
        (await import('./deploy/smoke')).smoke({ environment, ...(version !== undefined && { version }) })(context),
      ),
    );
  nodeOptions(program.command('diff'), false)
    .description('what two releases of an environment differ in: commits, images, variables, schema')
    .argument('<env>', 'environment, e.g. prod')
    .argument('<from>', 'version or number')
    .argument('[to]', 'version or number; what is live without it')
    .addHelpText('after', '\nExample:\n  $ slipway diff prod 202611.2 202611.3')
    .action((environment: string, from: string, to: string | undefined, flags: NodeFlags) => {
      const options = { environment, from, ...flags, ...(to !== undefined && { to }) };
      return run(async context => (await import('./deploy/diff')).diff(options)(context));
    });
}

function parsePercent(value: string): number {
  const percent = Number(value);
  if (Number.isInteger(percent) && percent >= 1 && percent <= 99) return percent;
  throw new InvalidArgumentError('allowed is a whole number from 1 to 99.');
}
