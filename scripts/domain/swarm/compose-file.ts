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
