import { gunzipSync } from 'node:zlib';
import { Token } from 'cdktf';
import { InvalidValueError } from '../../constructs/invalid-value';
import type { GuestStack } from '../../constructs/swarm-node/guest-stack';
import { encodeUserData, renderUserData } from '../../constructs/swarm-node/user-data';
import type { UserDataOptions } from '../../constructs/swarm-node/user-data-options';
import { dependencies } from '../../package.json';
import { maximalUserData, minimalUserData, publicKey, readCloudConfig } from '../support/user-data-options';

function fileOf(options: UserDataOptions, path: string): string {
  const found = readCloudConfig(renderUserData(options)).write_files.find(file => file.path === path);
  if (!found) throw new Error(`${path} is not written`);
  return found.content;
}

function rendering(changes: Partial<UserDataOptions>): () => string {
  return () => renderUserData({ ...minimalUserData, ...changes });
}

describe('user data with minimal options', () => {
  const config = readCloudConfig(renderUserData(minimalUserData));

  it('has one account, with no password and no shell but the forced command', () => {
    expect(config.users).toEqual([expect.objectContaining({ name: 'deploy', lock_passwd: false, passwd: '*' })]);
    expect(config.ssh_pwauth).toBe(false);
    expect(fileOf(minimalUserData, '/etc/sudoers.d/deploy')).toContain('NOPASSWD: /usr/local/bin/deploy ""');
  });

  it('runs the boot script and nothing else', () => {
    expect(config.runcmd).toEqual([['/usr/local/lib/slipway/boot']]);
    const boot = config.write_files.find(file => file.path === '/usr/local/lib/slipway/boot');
    expect(boot?.permissions).toBe('0755');
  });

  it('writes each file once, sudo rules readable for root only', () => {
    const paths = config.write_files.map(file => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(config.write_files.find(file => file.path.startsWith('/etc/sudoers.d/'))?.permissions).toBe('0440');
  });

  it('gives certificates of the authority that browsers trust', () => {
    const env = fileOf(minimalUserData, '/etc/slipway/node.env');
    expect(env).toContain("ACME_SERVER='https://acme-v02.api.letsencrypt.org/directory'");
    expect(env).not.toContain('AWS_ENDPOINT_URL');
  });

  it('pins Traefik to a version that talks to current engines', () => {
    const [, minor, patch] =
      /TRAEFIK_IMAGE='traefik:v3\.(\d+)\.(\d+)'/.exec(fileOf(minimalUserData, '/etc/slipway/node.env')) ?? [];
    expect(Number(minor) * 1000 + Number(patch)).toBeGreaterThanOrEqual(6001);
  });

  it('keeps container logs and the bridges of Docker in bounds', () => {
    const daemon = JSON.parse(fileOf(minimalUserData, '/etc/docker/daemon.json')) as Record<string, unknown>;
    expect(daemon).toMatchObject({ 'log-driver': 'local', 'log-opts': { 'max-size': '10m', 'max-file': '3' } });
    expect(daemon).not.toHaveProperty('registry-mirrors');
  });

  it('tells the release program what may be released, and where things are', () => {
    expect(JSON.parse(fileOf(minimalUserData, '/etc/slipway/node.json'))).toEqual({
      name: 'webshop-prod',
      stacks: { 'webshop-prod': { hostnames: ['example.org'], parameterPath: '/webshop/prod' } },
      state: '/var/lib/slipway',
      dynamic: '/var/lib/slipway/dynamic',
      docker: '/var/run/docker.sock',
      publicPort: 443,
      region: 'eu-central-1',
      vault: 'example-org-webshop-prod-node',
    });
  });

  it('has the checksum of the release program and not the program', () => {
    expect(fileOf(minimalUserData, '/etc/slipway/node.env')).toContain(
      `SLIPWAY_PROGRAM_SHA256='${minimalUserData.programSha256}'`,
    );
    expect(config.write_files.map(({ path }) => path)).not.toContain('/usr/local/bin/deploy');
  });

  it('lets nobody in without keys', () => {
    expect(fileOf(minimalUserData, '/etc/ssh/authorized_keys.d/deploy')).toBe('');
  });
});

describe('user data with all options', () => {
  it('binds every key to the release program and one forwarded port', () => {
    const keys = fileOf(maximalUserData, '/etc/ssh/authorized_keys.d/deploy').trimEnd().split('\n');
    expect(keys).toEqual(
      maximalUserData.deployKeys.map(
        key => `restrict,port-forwarding,permitopen="*:3306",command="sudo -n /usr/local/bin/deploy" ${key}`,
      ),
    );
  });

  it('hands its settings to the scripts', () => {
    expect(fileOf(maximalUserData, '/etc/slipway/node.env').split('\n')).toEqual(
      expect.arrayContaining([
        "ACME_SERVER='https://acme-staging-v02.api.letsencrypt.org/directory'",
        "AWS_ENDPOINT_URL='http://10.0.2.2:5555'",
        `TRAEFIK_IMAGE='${maximalUserData.traefikImage ?? ''}'`,
      ]),
    );
  });

  it('names the registry mirror', () => {
    const daemon = JSON.parse(fileOf(maximalUserData, '/etc/docker/daemon.json')) as Record<string, unknown>;
    expect(daemon['registry-mirrors']).toEqual(['http://10.0.2.2:5000']);
  });

  it('lets the guests be released too, and the release program find the emulated AWS', () => {
    expect(JSON.parse(fileOf(maximalUserData, '/etc/slipway/node.json'))).toMatchObject({
      stacks: {
        'webshop-prod': { hostnames: ['example.org', 'www.example.org'], parameterPath: '/webshop/prod' },
        'webshop-staging': { hostnames: ['staging.example.org'], parameterPath: '/webshop/staging' },
      },
      awsEndpointUrl: 'http://10.0.2.2:5555',
    });
  });
});

describe('what every node has in common', () => {
  const everything = [minimalUserData, maximalUserData].map(renderUserData).join('\n');

  it('holds no secret', () => {
    expect(everything).not.toMatch(/PRIVATE KEY|AKIA|ASIA|aws_secret|SWMTKN|password\s*[=:]\s*\S/i);
  });

  it('reads Docker through the filter only', () => {
    const stack = fileOf(minimalUserData, '/etc/slipway/traefik.stack.yml');
    expect(stack).not.toContain('docker.sock');
    expect(stack).toContain('--providers.swarm.endpoint=unix:///dockerfilter/docker-ro.sock');
  });

  it('routes nothing that was not released', () => {
    const stack = fileOf(minimalUserData, '/etc/slipway/traefik.stack.yml');
    expect(stack).toContain('--providers.swarm.defaultRule=!PathPrefix(`/`)');
    expect(stack).toContain('--providers.swarm.exposedByDefault=false');
  });

  it('serves the API of Traefik inside its container only', () => {
    const stack = fileOf(minimalUserData, '/etc/slipway/traefik.stack.yml');
    expect(stack).toContain('--entryPoints.traefik.address=127.0.0.1:8080');
    expect(stack.match(/published: \d+/g)).toEqual(['published: 80', 'published: 443', 'published: 443']);
  });

  it('counts requests, and shows the numbers where only root of the node can look', () => {
    const stack = fileOf(minimalUserData, '/etc/slipway/traefik.stack.yml');
    expect(stack).toContain('--metrics.prometheus=true');
    // The entrypoint of the API, on the loopback address of the container, is where they are by default.
    expect(stack).not.toContain('--metrics.prometheus.entryPoint');
    expect(stack).not.toContain('--metrics.prometheus.manualRouting');
  });

  it('says ready after Traefik has answered, and at the very end', () => {
    const boot = fileOf(minimalUserData, '/usr/local/lib/slipway/boot');
    expect(boot.match(/publish ready/g)).toHaveLength(1);
    expect(boot.indexOf('publish ready')).toBeGreaterThan(boot.lastIndexOf('traefik-api /ping'));
  });
});

describe('encoded user data', () => {
  const encoded = encodeUserData(renderUserData(maximalUserData));
  const bytes = Buffer.from(encoded, 'base64');

  it('is the text, compressed', () => {
    expect(gunzipSync(bytes).toString('utf8')).toBe(renderUserData(maximalUserData));
  });

  it('is the same for the same options', () => {
    expect(encodeUserData(renderUserData({ ...maximalUserData }))).toBe(encoded);
  });

  it('has a header without time, name and operating system of the machine', () => {
    const [magic, method, flags, time, level, system] = [
      bytes.subarray(0, 2).toString('hex'),
      bytes.readUInt8(2),
      bytes.readUInt8(3),
      bytes.readUInt32LE(4),
      bytes.readUInt8(8),
      bytes.readUInt8(9),
    ];
    expect({ magic, method, flags, time, level, system }).toEqual({
      magic: '1f8b',
      method: 8,
      flags: 0,
      time: 0,
      level: 2,
      system: 3,
    });
  });

  it('is compressed by a version that does not float', () => {
    expect(dependencies.fflate).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('leaves room with 20 deploy keys', () => {
    const deployKeys = Array.from({ length: 20 }, (_, index) => publicKey(`person-${index}`));
    const size = Buffer.from(encodeUserData(renderUserData({ ...maximalUserData, deployKeys })), 'base64').length;
    expect(size).toBeLessThan(12 * 1024);
  });

  it('fails when it is larger than EC2 accepts', () => {
    const noise = Array.from({ length: 9000 }, (_, index) => ((index * 2654435761) >>> 0).toString(36)).join('');
    expect(() => encodeUserData(noise)).toThrow(
      /^size of the user data in bytes is \d+, allowed is at most 16384; remove/,
    );
  });
});

describe('user data fails when', () => {
  const guest = (changes: Partial<GuestStack>) => ({
    guests: [{ name: 'staging', hostnames: ['staging.example.org'], parameterPath: '/webshop/staging', ...changes }],
  });
  const truncated = publicKey().split(' ').slice(0, 2).join(' ').replace('ssh-ed25519 ', 'ssh-rsa ');

  it.each<[string, Partial<UserDataOptions>, RegExp]>([
    ['the name has a capital', { name: 'Webshop' }, /^node name is "Webshop", allowed/],
    ['the region is a zone', { region: 'eu-central-1a' }, /^region is "eu-central-1a", allowed/],
    ['the bucket has a capital', { vaultBucket: 'Vault' }, /^vault bucket is "Vault", allowed/],
    ['the parameter path is relative', { parameterPath: 'webshop' }, /^parameter path is "webshop", allowed/],
    ['there is no hostname', { hostnames: [] }, /^hostnames is \[\], allowed/],
    ['a hostname is repeated', { hostnames: ['example.org', 'example.org'] }, /^hostnames is \[/],
    ['a hostname is no domain name', { hostnames: ["example.org';reboot'"] }, /^hostname is "example.org';reboot'"/],
    ['the overlay pool is no block', { overlayPool: '10.200.0.0' }, /^overlay pool is "10.200.0.0", allowed/],
    ['the overlay pool is too small', { overlayPool: '10.200.0.0/24' }, /^overlay pool is "10.200.0.0\/24", allowed/],
    [
      "the overlay pool is Docker's own",
      { overlayPool: '172.20.0.0/16' },
      /^overlay pool is "172.20.0.0\/16", allowed/,
    ],
    ['the mailbox is none', { acmeEmail: 'ops' }, /^acme email is "ops", allowed/],
    ['the forwarded port is SSH', { forwardPort: 22 }, /^forward port is 22, allowed/],
    ['the mirror has a password', { registryMirror: 'https://a:b@mirror.example.org' }, /^registry mirror is/],
    ['the endpoint is no URL', { awsEndpointUrl: '127.0.0.1:5000' }, /^aws endpoint url is/],
    ['the image has no version', { traefikImage: 'traefik' }, /^traefik image is "traefik", allowed/],
    ['the image floats', { traefikImage: 'traefik:latest' }, /^traefik image is "traefik:latest", allowed/],
    ['the program has no checksum', { programSha256: '' }, /^program sha256 is "", allowed/],
    ['the name ends in a hyphen', { name: 'webshop-' }, /^node name is "webshop-", allowed/],
    ['a guest has a name of its host', guest({ name: 'webshop-prod' }), /^guest name is "webshop-prod", allowed/],
    ['a guest has no name', guest({ name: '' }), /^guest name is "", allowed/],
    ['a guest has no host name', guest({ hostnames: [] }), /^guest hostnames is \[\], allowed/],
    ['a guest has a wrong host name', guest({ hostnames: ['-.org'] }), /^guest hostname is "-.org"/],
    ['a guest takes a host name', guest({ hostnames: ['example.org'] }), /^guest hostname is "example.org", allowed/],
    ["a guest's path is relative", guest({ parameterPath: 'staging' }), /^guest parameter path is "staging", allowed/],
    [
      'a guest reads the secrets of its host',
      guest({ parameterPath: '/webshop/prod/secrets' }),
      /^guest parameter path is "\/webshop\/prod\/secrets", allowed/,
    ],
    [
      'a host reads the secrets of its guest',
      guest({ parameterPath: '/webshop' }),
      /^guest parameter path is "\/webshop\/prod", allowed/,
    ],
    ['a key is of another kind than it says', { deployKeys: [truncated] }, /^deploy key is "ssh-rsa AAAA/],
    ['a key brings an option', { deployKeys: [`no-pty ${publicKey()}`] }, /^deploy key is/],
    ['a key brings a second line', { deployKeys: [`${publicKey()}\nssh-rsa AAAA`] }, /^deploy key is/],
  ])('%s', (_, changes, message) => {
    expect(rendering(changes)).toThrow(message);
    expect(rendering(changes)).toThrow(InvalidValueError);
  });

  it('a private key is pasted, and shows next to nothing of it', () => {
    const pasted = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk';
    expect(rendering({ deployKeys: [pasted] })).toThrow(/^deploy key is "-----BEGIN OPENSSH PRIVA\.\.\.", allowed/);
  });

  it('a value is known only after the deploy', () => {
    const later = Token.asString({ resolve: () => 'vault' });
    expect(rendering({ vaultBucket: later })).toThrow(/^vaultBucket in user data is .* known at synth; pass the name/);
    expect(rendering({ hostnames: [later] })).toThrow(/^hostnames in user data is/);
  });
});
