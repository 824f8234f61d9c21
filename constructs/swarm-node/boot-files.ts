import * as fs from 'node:fs';
import * as path from 'node:path';
import type { GuestStack } from './guest-stack';
import type { UserDataOptions } from './user-data-options';

/** A file that cloud-init writes before anything else runs. */
export interface BootFile {
  readonly path: string;
  /** Octal, as cloud-init wants it: `0644`. */
  readonly permissions: string;
  readonly content: string;
}

/** The one place where Traefik's version stands. Older ones than 3.6.1 cannot talk to current Docker engines. */
export const TRAEFIK_IMAGE = 'traefik:v3.6.12';

const ACME_SERVERS = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
};

/** Files that are the same on every node, kept in `boot/` so that editors, shellcheck and reviewers see them as what they are. */
const STATIC_FILES = [
  file('/usr/local/lib/slipway/boot', 'boot.sh', '0755'),
  file('/usr/local/lib/slipway/vault-save', 'vault-save.sh', '0755'),
  file('/usr/local/lib/slipway/traefik-api', 'traefik-api.sh', '0755'),
  file('/etc/slipway/traefik.stack.yml', 'traefik.stack.yml'),
  file('/etc/slipway/docker-filter.cfg', 'docker-filter.cfg'),
  file('/var/lib/slipway/dynamic/security-headers.yml', 'security-headers.yml'),
  file('/etc/systemd/system/docker-filter.service', 'docker-filter.service'),
  file('/etc/systemd/system/slipway-vault.path', 'slipway-vault.path'),
  file('/etc/systemd/system/slipway-vault.service', 'slipway-vault.service'),
  file('/etc/systemd/system/slipway-tidy.service', 'slipway-tidy.service'),
  file('/etc/systemd/system/slipway-tidy.timer', 'slipway-tidy.timer'),
  file('/etc/ssh/sshd_config.d/10-slipway.conf', 'sshd.conf'),
  file('/etc/sudoers.d/deploy', 'sudoers', '0440'),
  file('/etc/apt/apt.conf.d/52slipway-upgrades', 'unattended-upgrades.conf'),
];
const DOCKER_DAEMON = JSON.parse(bootText('daemon.json')) as Record<string, unknown>;

/** Every file of a node, those that depend on the options last. */
export function bootFiles(options: UserDataOptions): readonly BootFile[] {
  return [
    ...STATIC_FILES,
    { path: '/etc/slipway/node.env', permissions: '0644', content: nodeEnvironment(options) },
    { path: '/etc/slipway/node.json', permissions: '0644', content: nodeSettings(options) },
    { path: '/etc/docker/daemon.json', permissions: '0644', content: dockerDaemon(options) },
    { path: '/etc/ssh/authorized_keys.d/deploy', permissions: '0644', content: authorizedKeys(options) },
  ];
}

function file(target: string, name: string, permissions = '0644'): BootFile {
  return { path: target, permissions, content: bootText(name) };
}

function bootText(name: string): string {
  return fs.readFileSync(path.join(__dirname, 'boot', name), 'utf8');
}

/** Settings of the scripts, in the quoting that a shell and systemd read alike. */
function nodeEnvironment(options: UserDataOptions): string {
  const settings = {
    SLIPWAY_OVERLAY_POOL: options.overlayPool,
    SLIPWAY_VAULT: options.vaultBucket,
    SLIPWAY_PROGRAM_SHA256: options.programSha256,
    TRAEFIK_IMAGE: options.traefikImage ?? TRAEFIK_IMAGE,
    ACME_EMAIL: options.acmeEmail,
    ACME_SERVER: ACME_SERVERS[options.acmeStaging ? 'staging' : 'production'],
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    ...(options.awsEndpointUrl !== undefined && { AWS_ENDPOINT_URL: options.awsEndpointUrl }),
  };
  return lines(Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`));
}

/** Settings of the release program: what may be released here, and where things are. */
function nodeSettings(options: UserDataOptions): string {
  const { name, hostnames, parameterPath, region, vaultBucket: vault, awsEndpointUrl } = options;
  const stacks = [{ name, hostnames, parameterPath }, ...(options.guests ?? [])];
  const settings = {
    name,
    stacks: Object.fromEntries(stacks.map(stack => [stack.name, settingsOf(stack)])),
    state: '/var/lib/slipway',
    dynamic: '/var/lib/slipway/dynamic',
    docker: '/var/run/docker.sock',
    publicPort: 443,
    region,
    vault,
    ...(awsEndpointUrl !== undefined && { awsEndpointUrl }),
  };
  return lines([JSON.stringify(settings, null, 2)]);
}

function settingsOf({ hostnames, parameterPath }: GuestStack): Omit<GuestStack, 'name'> {
  return { hostnames, parameterPath };
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

function dockerDaemon({ registryMirror }: UserDataOptions): string {
  const mirror = registryMirror === undefined ? {} : { 'registry-mirrors': [registryMirror] };
  return lines([JSON.stringify({ ...DOCKER_DAEMON, ...mirror }, null, 2)]);
}

/** Each key may run the release program and, where it is allowed, be forwarded to one port; nothing else. */
function authorizedKeys({ deployKeys, forwardPort }: UserDataOptions): string {
  const forward = forwardPort === undefined ? [] : ['port-forwarding', `permitopen="*:${forwardPort}"`];
  const limits = ['restrict', ...forward, 'command="sudo -n /usr/local/bin/deploy"'].join(',');
  return lines(deployKeys.map(key => `${limits} ${key}`));
}

function lines(all: readonly string[]): string {
  return all.map(line => `${line}\n`).join('');
}
