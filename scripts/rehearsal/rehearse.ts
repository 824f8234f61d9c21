import type { Context } from '../commands/context';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Result } from '../adapters/shell';
import { pinnedProviderVersion } from './aws-provider';
import { prepareToolchain, Stage } from './stage';
import { type Finding, Steps } from './steps';
import { NOT_EMULATED, NOT_PROVEN } from './limits';

export interface RehearseOptions {
  /** Leave the emulated AWS running at the end, with production deployed. */
  readonly keep: boolean;
}

/** Environment that the story deploys, changes and keeps, and the one that comes and goes. */
const STAYS = 'prod';
const GOES = 'dev';

/**
 * The whole story of the infrastructure on this machine: state bucket, account, production, a second look that finds
 * nothing to do, one change that is found alone, and a development environment that comes and goes without a trace.
 *
 * Every step is the real program: cdktf, Terraform, the AWS provider and `slipway`; only AWS is emulated.
 */
export async function rehearse(context: Context, options: RehearseOptions): Promise<ExitCode> {
  const { output, signal } = context;
  const steps = new Steps(output, context.now);
  const toolchain = await steps.run('prepare the tools', async () => {
    const found = await prepareToolchain(context.root, { ...context.env }, context.shell, signal);
    const pinned = pinnedProviderVersion(context.root);
    const version = found.provider.version === pinned ? pinned : `${found.provider.version} (real accounts: ${pinned})`;
    const source = found.provider.mirror ? `mirror ${found.provider.mirror}` : 'registry';
    return [found, `${found.terraform}, provider hashicorp/aws ${version} from the ${source}`];
  });
  const stage = await steps.run('start the emulated AWS', async () => {
    const opened = await Stage.open(context.root, { ...context.env }, toolchain, signal);
    return [opened, opened.aws.url];
  });
  let kept = false;
  try {
    await tellStory(stage, steps, context);
    kept = options.keep;
  } finally {
    if (!kept) await stage.close();
  }
  output.print(`\n${steps.table()}`);
  output.print(`\nLeft out, because it cannot be emulated: ${NOT_EMULATED.join('; ') || 'nothing'}`);
  output.print(`Not proven by an emulation: ${NOT_PROVEN.join('; ')}`);
  output.json({ rehearsal: 'done', steps: steps.results() });
  if (kept) explainKept(stage, context);
  return ExitCode.Done;
}

async function tellStory(stage: Stage, steps: Steps, context: Context): Promise<void> {
  await steps.run('slipway bootstrap', async () => [undefined, lastLine(succeeded(await stage.slipway(['bootstrap'])))]);

  await steps.run(`cdktf deploy account ${STAYS}`, async progress => {
    succeeded(await stage.cdktf('deploy', ['account', STAYS], progress));
    const resources = await countResources(stage, ['account', STAYS]);
    return [undefined, `${resources} resources`];
  });
  const outputs = await steps.run(`what ${STAYS} is and costs`, async () => {
    const values = await readOutputs(stage, STAYS);
    return [values, `${values['SiteUrl'] as string}, ${await price(stage, STAYS)}`];
  });
  printOutputs(outputs, context);

  await steps.run(`cdktf diff ${STAYS}, nothing changed`, async () => {
    const changes = await changedBy(stage, STAYS);
    if (changes.length > 0) throw new SlipwayError(`a second plan changes ${changes.join(', ')}`, ExitCode.Changes);
    return [undefined, 'no changes'];
  });
  await steps.run(`cdktf diff ${STAYS}, one line changed`, async () => {
    const edited = stage.workspace.edit(`stacks/environments/${STAYS}.ts`, /dmarcPolicy: '(\w+)'/, "dmarcPolicy: 'reject'");
    const changes = await changedBy(stage, STAYS);
    stage.workspace.edit(`stacks/environments/${STAYS}.ts`, /dmarcPolicy: 'reject'/, edited.before);
    if (changes.length !== 1) throw new SlipwayError(`one changed line changes ${changes.join(', ')}`, ExitCode.Changes);
    return [undefined, `${edited.before} -> ${edited.after}: ${changes.join(', ')}`];
  });

  await steps.run(`cdktf deploy ${GOES}`, async progress => {
    succeeded(await stage.cdktf('deploy', [GOES], progress));
    return [undefined, `${await countResources(stage, [GOES])} resources`];
  });
  await steps.run(`cdktf destroy ${GOES}`, async progress => {
    succeeded(await stage.cdktf('destroy', [GOES], progress));
    return [undefined, 'destroyed'];
  });
  await steps.run(`what AWS still has of ${GOES}`, async () => {
    const left = tracesOf(GOES, await stage.inventory());
    if (left.length > 0) throw new SlipwayError(`left behind: ${left.join(', ')}`, ExitCode.VerificationFailed);
    return [undefined, 'nothing'];
  });
}

/** Roles of CI for an environment carry its name but belong to the account, and outlive it. */
const OF_THE_ACCOUNT = /-ci-/;

/** Things in the account that carry the environment's name in a name, tag or record. */
export function tracesOf(
  environment: string,
  inventory: readonly { readonly kind: string; readonly id: string; readonly labels: readonly string[] }[],
): string[] {
  const name = new RegExp(`(^|[^a-z0-9])${environment}([^a-z0-9]|$)`);
  return inventory
    .filter(item => item.labels.some(label => name.test(label) && !OF_THE_ACCOUNT.test(label)))
    .map(item => `${item.kind} ${item.id}`);
}

/** Addresses that `cdktf diff` plans to change, read from the plan it leaves: its exit code and its words do not say. */
export async function changedBy(stage: Stage, stack: string): Promise<string[]> {
  succeeded(await stage.cdktf('diff', [stack]));
  const shown = succeeded(await stage.terraform(stack, ['show', '-json', 'plan']));
  const plan = JSON.parse(shown.stdout) as { resource_changes?: { address: string; change: { actions: string[] } }[] };
  return (plan.resource_changes ?? [])
    .filter(({ change }) => !change.actions.every(action => action === 'no-op' || action === 'read'))
    .map(({ address, change }) => `${change.actions.join('+')} ${address}`);
}

async function countResources(stage: Stage, stacks: readonly string[]): Promise<number> {
  let count = 0;
  for (const stack of stacks) {
    const { stdout } = succeeded(await stage.terraform(stack, ['state', 'list']));
    count += stdout.split('\n').filter(line => line !== '' && !line.startsWith('data.')).length;
  }
  return count;
}

async function readOutputs(stage: Stage, stack: string): Promise<Record<string, unknown>> {
  const { stdout } = succeeded(await stage.terraform(stack, ['output', '-json']));
  const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

async function price(stage: Stage, stack: string): Promise<string> {
  const planned = await stage.slipway(['--json', 'plan', stack]);
  const report = JSON.parse(planned.stdout) as { price?: { after?: { totalUsd?: number } } };
  return `${report.price?.after?.totalUsd?.toFixed(2) ?? '?'} USD a month (list price)`;
}

function printOutputs(outputs: Readonly<Record<string, unknown>>, context: Context): void {
  const servers = outputs['NameServers'] as string[];
  const records = outputs['MailRecords'] as { name: string; type: string; value: string }[];
  const { output } = context;
  output.print(`\n  site           ${outputs['SiteUrl'] as string}`);
  output.print(`  name servers   ${servers.join('  ')}\n                 (enter these at the registrar)`);
  output.print('  mail records   (Terraform has written them into the zone)');
  for (const { name, type, value } of records) output.print(`    ${type.padEnd(6)} ${name}  ${value}`);
  output.print('');
}

function explainKept(stage: Stage, context: Context): void {
  const { output } = context;
  output.print('\nThe emulated AWS goes on. To use it from this checkout:');
  for (const line of stage.exports(context.env)) output.print(`  ${line}`);
  output.print('  npx cdktf diff prod --skip-provider-lock');
  output.print(`To end it: kill ${stage.aws.service.pid}`);
  stage.aws.service.release();
}

/** The result of a program that had to succeed; its last words when it did not. */
export function succeeded(result: Result): Result {
  if (result.code === 0) return result;
  const words = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-40).join('\n');
  throw new SlipwayError(`a program ended with exit code ${result.code}:\n${words}`, ExitCode.VerificationFailed);
}

function lastLine(result: Result): Finding {
  return `${result.stdout}${result.stderr}`.trim().split('\n').at(-1) ?? '';
}
