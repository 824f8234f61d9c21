/** A file for Traefik's file provider; only what this project writes. An empty object is an error for Traefik. */
export interface DynamicFile {
  readonly http?: {
    readonly routers?: Readonly<Record<string, Router>>;
    readonly services?: Readonly<Record<string, WeightedService>>;
    readonly middlewares?: Readonly<Record<string, Middleware>>;
  };
}

export interface Router {
  readonly rule: string;
  readonly service: string;
  readonly priority: number;
  readonly entryPoints: readonly string[];
  readonly middlewares?: readonly string[];
  readonly tls: { readonly certResolver: string };
}

export interface WeightedService {
  readonly weighted: {
    readonly services: readonly { readonly name: string; readonly weight: number }[];
    readonly sticky: { readonly cookie: StickyCookie };
  };
}

interface StickyCookie {
  readonly name: string;
  readonly secure: true;
  readonly httpOnly: true;
  readonly sameSite: 'lax';
}

export type Middleware =
  | { readonly headers: { readonly customResponseHeaders: Readonly<Record<string, string>> } }
  | { readonly ipAllowList: { readonly sourceRange: readonly string[]; readonly rejectStatusCode: number } };
