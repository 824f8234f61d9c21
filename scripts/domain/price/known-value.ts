import type { Values } from '../plan/terraform-plan';

/** The text of an attribute; undefined when it is absent or a reference that is resolved only by an apply. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && !value.includes('${') ? value : undefined;
}

/** The number of an attribute; undefined when it is absent or a reference. */
export function numberOf(values: Values, name: string): number | undefined {
  const value = values[name];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** The blocks of an attribute: Terraform's JSON has a list, synthesized JSON may have a single object. */
export function blocksOf(values: Values, name: string): Values[] {
  const value = values[name];
  if (Array.isArray(value)) return value as Values[];
  return typeof value === 'object' && value !== null ? [value as Values] : [];
}

/** How many entries a list has; undefined when it is absent or a reference. */
export function lengthOf(values: Values, name: string): number | undefined {
  const value = values[name];
  return Array.isArray(value) ? value.length : undefined;
}
