import { Place } from './place';
import { type Read, list, map, object, optional, text, wholeNumber } from './reader';
import { parseStrictJson } from './strict-json';
import { HOSTNAME, STACK_NAME } from './text-rules';

/** What a node is told at birth about the releases that it may run: `/etc/slipway/node.json`. */
export interface NodeSettings {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  /** Stacks that may be released here. */
  readonly stacks: Readonly<Record<string, StackSettings>>;
  /** Folder of records, locks and secrets of the release program. */
  readonly state: string;
  /** Folder that Traefik watches. */
  readonly dynamic: string;
  /** Socket of the Docker engine. */
  readonly docker: string;
  /** Port of this machine under which Traefik serves HTTPS. */
  readonly publicPort: number;
  readonly region: string;
  /** Bucket for records and the current release. */
  readonly vault: string;
  /** @default - AWS */
  readonly awsEndpointUrl?: string;
}

export interface StackSettings {
  /** Host names that the stack may answer for, the primary one first. */
  readonly hostnames: readonly string[];
  /** Path of the stack's SSM parameters, e.g. `/webshop/prod`. */
  readonly parameterPath: string;
}

/** What is in the file: the settings with a default may be missing. */
type NodeFile = Omit<NodeSettings, Defaulted> & Partial<Pick<NodeSettings, Defaulted>>;
type Defaulted = 'state' | 'dynamic' | 'docker' | 'publicPort';

const NAME = { pattern: /^[a-z][a-z0-9-]{1,40}$/, allowed: 'lower case letters, digits and hyphens' };
const FOLDER = { pattern: /^(\/[A-Za-z0-9_.-]+)+$/, allowed: 'an absolute path' };
const PARAMETER_PATH = { pattern: /^(\/[A-Za-z0-9_.-]+)+$/, allowed: 'a path such as /webshop/prod' };
const REGION = { pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, allowed: 'a region such as eu-central-1' };
const BUCKET = { pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, allowed: 'the name of an S3 bucket' };
const ENDPOINT = { pattern: /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/?$/, allowed: 'an http or https URL of a host' };

const readFile: Read<NodeFile> = object<NodeFile>({
  name: text(NAME),
  stacks: map(
    STACK_NAME,
    object<StackSettings>({ hostnames: list(text(HOSTNAME), { least: 1 }), parameterPath: text(PARAMETER_PATH) }),
  ),
  state: optional(text(FOLDER)),
  dynamic: optional(text(FOLDER)),
  docker: optional(text(FOLDER)),
  publicPort: optional(wholeNumber(1, 65535)),
  region: text(REGION),
  vault: text(BUCKET),
  awsEndpointUrl: optional(text(ENDPOINT)),
});

export function parseNodeSettings(json: string): NodeSettings {
  const place = new Place('', 'correct /etc/slipway/node.json');
  const file = readFile(parseStrictJson(json, place), place);
  if (Object.keys(file.stacks).length === 0) throw place.at('stacks').malformed('is empty, name at least one stack');
  const state = file.state ?? '/var/lib/slipway';
  return {
    docker: '/var/run/docker.sock',
    publicPort: 443,
    dynamic: `${state}/dynamic`,
    ...file,
    state,
  };
}
