import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SlipwayError } from '../../domain/slipway-error';
import { type InventoryEntry, parseInventory } from '../../domain/ssh/inventory';
import type { Context } from '../context';

/**
 * What the file that SLIPWAY_INVENTORY names says of an environment; undefined without the variable. With it, Terraform and the
 * vault are not asked, which takes seconds and rights.
 *
 * @throws SlipwayError when the file says nothing of the environment
 */
export function inventoryEntry(
  { env, root }: Pick<Context, 'env' | 'root'>,
  environment: string,
): InventoryEntry | undefined {
  const name = env['SLIPWAY_INVENTORY'];
  if (!name) return undefined;
  const file = resolve(root, name);
  const entry = parseInventory(file, read(file))[environment];
  if (entry !== undefined) return entry;
  throw new SlipwayError(
    `${file} says nothing of ${environment}; add it with slipway node inventory ${environment}, or unset SLIPWAY_INVENTORY`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SlipwayError(`SLIPWAY_INVENTORY cannot be read: ${(error as Error).message}; unset it, or correct it`);
  }
}
