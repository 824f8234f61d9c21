/**
 * A copy of plain data with one thing changed.
 *
 * @param at     where, as `stack.services.web.image`; a number is an index of a list
 * @param value  undefined takes the thing away
 */
export function changed(document: object, at: string, value: unknown): unknown {
  const copy = structuredClone(document) as Record<string, unknown>;
  const keys = at.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((place, key) => (place[key] ??= {}) as Record<string, unknown>, copy);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy;
}
