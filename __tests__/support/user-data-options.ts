import type { UserDataOptions } from '../../constructs/swarm-node/user-data-options';
import { RELEASE_PROGRAM_SHA256 } from './release-program';

/** A public key as ssh-keygen writes it, with bytes that belong to nobody. */
export function publicKey(owner = 'ci', kind = 'ssh-ed25519'): string {
  const field = (content: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, content.length]), content]);
  const secretOfNobody = Buffer.from(owner.padEnd(32, '.')).subarray(0, 32);
  return `${kind} ${Buffer.concat([field(Buffer.from(kind)), field(secretOfNobody)]).toString('base64')} ${owner}`;
}

export const minimalUserData: UserDataOptions = {
  name: 'webshop-prod',
  region: 'eu-central-1',
  hostnames: ['example.org'],
  overlayPool: '10.200.0.0/16',
  vaultBucket: 'example-org-webshop-prod-node',
  parameterPath: '/webshop/prod',
  programSha256: RELEASE_PROGRAM_SHA256,
  deployKeys: [],
  acmeEmail: 'ops@example.org',
  acmeStaging: false,
};

export const maximalUserData: UserDataOptions = {
  ...minimalUserData,
  hostnames: ['example.org', 'www.example.org'],
  deployKeys: [publicKey('ci'), publicKey('anna', 'ecdsa-sha2-nistp256')],
  acmeStaging: true,
  forwardPort: 3306,
  registryMirror: 'http://10.0.2.2:5000',
  awsEndpointUrl: 'http://10.0.2.2:5555',
  guests: [{ name: 'webshop-staging', hostnames: ['staging.example.org'], parameterPath: '/webshop/staging' }],
  traefikImage: `registry.example.org/traefik:v3.6.12@sha256:${'0a'.repeat(32)}`,
};

/** The parts of a cloud-config that the tests ask for. */
export interface CloudConfig {
  readonly users: readonly Readonly<Record<string, unknown>>[];
  readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
  readonly ssh_pwauth: boolean;
}

/** Reads a rendered cloud-config back. */
export function readCloudConfig(text: string): CloudConfig {
  const header = '#cloud-config\n';
  if (!text.startsWith(header)) throw new Error(`expected ${header.trim()} in the first line`);
  return JSON.parse(text.slice(header.length)) as CloudConfig;
}
