import { awsClients } from '../../adapters/aws-clients';
import { readHostKey } from '../../adapters/node-host-key';
import { ExitCode } from '../../domain/exit-code';
import type { Inventory, InventoryEntry } from '../../domain/ssh/inventory';
import type { Action } from '../action';
import { outputOf, readOutputs } from './node-target';

/** `slipway node inventory`: what every question to a node is looked up for, to be looked up once. No secret is in it. */
export function printInventory(environments: readonly string[], outputsOf = readOutputs): Action {
  return async context => {
    const fresh = { ...context, env: { ...context.env, SLIPWAY_INVENTORY: undefined } };
    const entries: [string, InventoryEntry][] = [];
    for (const name of environments) {
      const outputs = await outputsOf(fresh, name);
      const [vault, instanceId] = [outputOf(name, outputs, 'NodeVaultName'), outputOf(name, outputs, 'NodeInstanceId')];
      entries.push([name, { outputs, hostKey: await readHostKey(awsClients(context), vault, instanceId) }]);
    }
    const inventory: Inventory = Object.fromEntries(entries);
    context.output.print(JSON.stringify(inventory, undefined, 2));
    context.output.json({ ...inventory });
    return ExitCode.Done;
  };
}
