import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../adapters/shell';
import { ExitCode } from '../domain/exit-code';
import { monthlyPrice } from '../domain/price/monthly-price';
import { resourcesOfSynth } from '../domain/price/priced-resource';
import { SlipwayError } from '../domain/slipway-error';
import type { InventoryItem, Stage } from './stage';

/** Roles of CI for an environment carry its name but belong to the account, and outlive it. */
const OF_THE_ACCOUNT = '-ci-';

/** How much of a failed program's last words is shown. */
const LAST_LINES = 40;

/** Things in the account that carry the environment's name in a name, tag or record, each as `kind id`. */
export function tracesOf(
  environment: string,
  inventory: readonly Pick<InventoryItem, 'kind' | 'id' | 'labels'>[],
): string[] {
  const name = new RegExp(`(^|[^a-z0-9])${environment}([^a-z0-9]|$)`);
  return inventory
    .filter(item => item.labels.some(label => name.test(label) && !label.includes(OF_THE_ACCOUNT)))
    .map(item => `${item.kind} ${item.id}`);
}

/**
 * What `cdktf diff` plans to change, each as `actions address`. Read from the plan that it leaves behind: neither its exit code
 * nor its words say it reliably.
 */
export async function changedBy(stage: Stage, stack: string): Promise<string[]> {
  succeeded(await stage.cdktf('diff', [stack]));
  const shown = succeeded(await stage.terraform(stack, ['show', '-json', 'plan']));
  const plan = JSON.parse(shown.stdout) as { resource_changes?: { address: string; change: { actions: string[] } }[] };
  return (plan.resource_changes ?? [])
    .filter(({ change }) => !change.actions.every(action => action === 'no-op' || action === 'read'))
    .map(({ address, change }) => `${change.actions.join('+')} ${address}`);
}

/** How many resources the states of these stacks hold. */
export async function countResources(stage: Stage, stacks: readonly string[]): Promise<number> {
  let count = 0;
  for (const stack of stacks) {
    const { stdout } = succeeded(await stage.terraform(stack, ['state', 'list']));
    count += stdout.split('\n').filter(line => line !== '' && !line.startsWith('data.')).length;
  }
  return count;
}

/** The outputs of a deployed stack by name. */
export async function outputsOf(stage: Stage, stack: string): Promise<Record<string, unknown>> {
  const { stdout } = succeeded(await stage.terraform(stack, ['output', '-json']));
  const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** List price of a synthesized stack in USD a month. */
export function priceOf(stage: Stage, stack: string): number {
  const json = readFileSync(path.join(stage.workspace.stack(stack), 'cdk.tf.json'), 'utf8');
  return monthlyPrice(resourcesOfSynth(JSON.parse(json) as Parameters<typeof resourcesOfSynth>[0])).totalUsd;
}

/**
 * The result of a program that had to succeed.
 *
 * @throws SlipwayError with its last words when it did not
 */
export function succeeded(result: Result): Result {
  if (result.code === 0) return result;
  const words = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-LAST_LINES).join('\n');
  throw new SlipwayError(`a program ended with exit code ${result.code}:\n${words}`, ExitCode.VerificationFailed);
}
