import { environmentNamed } from '../../stacks/environments';
import type { Context } from '../commands/context';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { pinnedProviderVersion } from './aws-provider';
import { NOT_EMULATED, notProven } from './limits';
import { NodeStory } from './node-story';
import { changedBy, countResources, outputsOf, priceOf, succeeded, tracesOf } from './questions';
import { prepareToolchain, Stage, type Toolchain } from './stage';
import { Steps } from './steps';

export interface RehearseOptions {
  /** Leave the emulated AWS running at the end, with production deployed. */
  readonly keep: boolean;
  /** Boot the node of the environment that comes and goes, in a virtual machine. */
  readonly node: boolean;
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
  const { output } = context;
  const steps = new Steps(output, context.now);
  const toolchain = await findTools(context, steps);
  const stage = await steps.run('start the emulated AWS', async () => {
    const opened = await Stage.open(context.root, { ...context.env }, toolchain, context.signal);
    return [opened, opened.aws.url];
  });
  let kept = false;
  let story: NodeStory | undefined;
  try {
    if (options.node) story = await NodeStory.prepare(context, steps);
    await deployProduction(stage, steps, context);
    await lookTwice(stage, steps);
    await comeAndGo(stage, steps, story);
    kept = options.keep;
  } catch (error) {
    if (context.signal.aborted) throw new SlipwayError('interrupted; the emulated AWS and all of it is gone again');
    throw error;
  } finally {
    await story?.close();
    if (!kept) await stage.close();
  }
  output.print(`\n${steps.table()}`);
  output.print(`\nLeft out, because it cannot be emulated: ${NOT_EMULATED.join('; ') || 'nothing'}`);
  output.print(`Not proven by an emulation: ${notProven(options.node).join('; ')}`);
  output.json({ rehearsal: 'done', steps: steps.results() });
  if (kept) explainKept(stage, context);
  return ExitCode.Done;
}

function findTools(context: Context, steps: Steps): Promise<Toolchain> {
  return steps.run('prepare the tools', async () => {
    const found = await prepareToolchain(context.root, { ...context.env }, context.shell, context.signal);
    const pinned = pinnedProviderVersion(context.root);
    const { version, mirror } = found.provider;
    const spoken = version === pinned ? pinned : `${version} (real accounts: ${pinned})`;
    if (mirror !== undefined) context.output.log(`       the plugin mirror is ${mirror}`);
    return [
      found,
      `${found.terraform}, AWS provider ${spoken} from ${mirror === undefined ? 'the registry' : 'a plugin mirror'}`,
    ];
  });
}

async function deployProduction(stage: Stage, steps: Steps, context: Context): Promise<void> {
  await steps.run('slipway bootstrap', async () => {
    succeeded(await stage.slipway(['bootstrap']));
    return [undefined, 'state bucket made'];
  });
  await steps.run(`cdktf deploy account ${STAYS}`, async progress => {
    succeeded(await stage.cdktf('deploy', ['account', STAYS], progress));
    return [undefined, `${await countResources(stage, ['account', STAYS])} resources`];
  });
  const outputs = await steps.run(`what ${STAYS} is and costs`, async () => {
    const values = await outputsOf(stage, STAYS);
    return [values, `${values['SiteUrl'] as string}, ${priceOf(stage, STAYS).toFixed(2)} USD a month (list price)`];
  });
  printOutputs(outputs, context);
}

async function lookTwice(stage: Stage, steps: Steps): Promise<void> {
  await steps.run(`cdktf diff ${STAYS}, nothing changed`, async () => {
    const changes = await changedBy(stage, STAYS);
    if (changes.length > 0) throw new SlipwayError(`a second plan changes ${changes.join(', ')}`, ExitCode.Changes);
    return [undefined, 'no changes'];
  });
  await steps.run(`cdktf diff ${STAYS}, one line changed`, async () => {
    const file = `stacks/environments/${STAYS}.ts`;
    const undo = stage.workspace.edit(file, /dmarcPolicy: '\w+'/, found => `dmarcPolicy: '${stricter(found)}'`);
    const changes = await changedBy(stage, STAYS);
    undo();
    const [only] = changes;
    if (only === undefined || changes.length > 1) {
      throw new SlipwayError(
        `one changed line changes ${changes.join(', ') || 'nothing'}`,
        ExitCode.VerificationFailed,
      );
    }
    return [undefined, `the DMARC policy: ${only}`];
  });
}

/** Another DMARC policy than the one in this line of data, whatever the owner of the checkout has made of it. */
function stricter(line: string): string {
  return line.includes('reject') ? 'quarantine' : 'reject';
}

async function comeAndGo(stage: Stage, steps: Steps, story: NodeStory | undefined): Promise<void> {
  await story?.settle(stage, GOES);
  await steps.run(`cdktf deploy ${GOES}`, async progress => {
    succeeded(await stage.cdktf('deploy', [GOES], progress));
    return [undefined, `${await countResources(stage, [GOES])} resources`];
  });
  await story?.tell(stage, GOES, environmentNamed(GOES).domain);
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

function printOutputs(outputs: Readonly<Record<string, unknown>>, { output }: Context): void {
  const servers = outputs['NameServers'] as string[];
  const records = outputs['MailRecords'] as { name: string; type: string; value: string }[];
  output.print(`\n  site           ${outputs['SiteUrl'] as string}`);
  output.print(`  name servers   ${servers.join('  ')}\n                 (enter these at the registrar)`);
  output.print('  mail records   (Terraform has written them into the zone)');
  for (const { name, type, value } of records) output.print(`    ${type.padEnd(6)} ${name}  ${value}`);
  output.print('');
}

function explainKept(stage: Stage, { output, env }: Context): void {
  output.print('\nThe emulated AWS goes on. To use it from this checkout:');
  for (const line of stage.exports(env)) output.print(`  ${line}`);
  output.print('  npx cdktf diff prod --skip-provider-lock');
  output.print(`To end it: kill ${stage.aws.service.pid}`);
  stage.aws.service.release();
}
