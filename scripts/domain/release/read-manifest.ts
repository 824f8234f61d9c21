import { type Read, flag, list, map, object, oneOf, optional, text, wholeNumber } from './reader';
import type { Check, Hook, Manifest, RegistryAccess, Route } from './release';
import {
  COMMIT,
  HEADER_NAME,
  HOSTNAME,
  LINE,
  NAME,
  NAME_GLOB,
  REGISTRY_HOST,
  REQUEST_PATH,
  ROUTE_PATH,
  STACK_NAME,
  TEXT,
  VERSION,
  WEB_URL,
} from './text-rules';

const name = text(NAME);

const route = object<Route>({
  port: wholeNumber(1, 65535),
  hosts: optional(list(text(HOSTNAME), { least: 1 })),
  paths: optional(list(text(ROUTE_PATH), { least: 1 })),
});

const versionAtPath = object<{ path: string }>({ path: text(REQUEST_PATH) });
const versionInHeader = object<{ header: string }>({ header: text(HEADER_NAME) });

const check = object<Check>({
  path: text(REQUEST_PATH),
  version: optional((value, place) => {
    const isHeader = value !== null && typeof value === 'object' && Object.hasOwn(value, 'header');
    return isHeader ? versionInHeader(value, place) : versionAtPath(value, place);
  }),
  smoke: optional(list(text(REQUEST_PATH))),
  times: optional(wholeNumber(1, 20)),
});

const hook = object<Hook>({
  service: name,
  command: list(text(TEXT), { least: 1 }),
  timeoutSeconds: optional(wholeNumber(1, 3600)),
  allowFailure: optional(flag()),
});

const hooks = list(hook, { most: 10 });

const registry = object<RegistryAccess>({
  server: text(REGISTRY_HOST),
  username: text(LINE),
  passwordSecret: name,
});

/** Shape and ranges of the manifest; what its parts say about each other is up to check-release.ts. */
export const readManifest: Read<Manifest> = object<Manifest>({
  stack: text(STACK_NAME),
  version: text(VERSION),
  commit: text(COMMIT),
  by: text({ ...LINE, max: 100 }),
  reason: optional(text(LINE)),
  runUrl: optional(text(WEB_URL)),
  migrationLevel: optional(wholeNumber(0, 999_999)),
  routes: map(NAME, route),
  check,
  strategy: optional(oneOf('auto', 'colours', 'rolling')),
  groups: optional(list(list(name, { least: 2 }))),
  stages: optional(list(list(text(NAME_GLOB), { least: 1 }), { least: 1 })),
  pause: optional(flag()),
  canary: optional(wholeNumber(1, 99)),
  hooks: optional(object<NonNullable<Manifest['hooks']>>({ preSwitch: optional(hooks), postDeploy: optional(hooks) })),
  deadlineSeconds: optional(wholeNumber(10, 3600)),
  watchSeconds: optional(wholeNumber(0, 3600)),
  drainSeconds: optional(wholeNumber(0, 600)),
  keepMinutes: optional(wholeNumber(0, 1440)),
  maxDowntimeSeconds: optional(wholeNumber(0, 600)),
  registry: optional(registry),
});
