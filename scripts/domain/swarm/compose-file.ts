/** A Compose file as `docker stack deploy` takes it; only what this project writes. */
export interface ComposeFile {
  readonly version: '3.8';
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, ComposeNetwork>>;
  readonly volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly secrets?: Readonly<Record<string, ComposeContent>>;
  readonly configs?: Readonly<Record<string, ComposeContent>>;
}

export type ComposeService = Readonly<Record<string, unknown>>;

export type ComposeNetwork = { readonly external: true } | { readonly driver: 'overlay' };

export interface ComposeContent {
  readonly external: true;
  readonly name: string;
}

/** Docker would take `$` for the start of a variable of whoever deploys. */
export function literally<T>(value: T): T {
  return literal(value) as T;
}

function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(literal);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, literal(item)]));
}
