import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { renderUserData } from '../../constructs/swarm-node/user-data';
import { type LanePart, laneTest } from '../support/lane';
import { maximalUserData, minimalUserData, readCloudConfig } from '../support/user-data-options';

/** Each file of a node, checked by the program that will read it. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-user-data-'));
const files = readCloudConfig(renderUserData(maximalUserData)).write_files;

afterAll(() => fs.rmSync(folder, { recursive: true }));

function debian(program: string, debianPackage = program): LanePart {
  return { program, install: `apt-get install ${debianPackage}` };
}

function write(name: string, content: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content, { mode: 0o755 });
  return file;
}

function contentOf(target: string): string {
  const found = files.find(file => file.path === target);
  if (!found) throw new Error(`${target} is not written`);
  return found.content;
}

/** Runs a checker to its end; what it says is in the message of a failure. */
function expectAccepted(program: string, ...args: string[]): void {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env });
  expect({ status, said: status === 0 ? '' : `${stdout}${stderr}${String(error ?? '')}` }).toEqual({
    status: 0,
    said: '',
  });
}

describe('the user data', () => {
  laneTest(debian('cloud-init')).each([
    ['minimal', minimalUserData],
    ['all', maximalUserData],
  ])(
    'with %s options is accepted by cloud-init',
    (name, options) => {
      expectAccepted('cloud-init', 'schema', '--config-file', write(`${name}.yml`, renderUserData(options)));
    },
    30_000,
  );

  laneTest(debian('cloud-init'))(
    'is refused by cloud-init with a wrong type in it, so the check checks',
    () => {
      const broken = renderUserData(minimalUserData).replace('"ssh_pwauth": false', '"ssh_pwauth": 7');
      expect(() => expectAccepted('cloud-init', 'schema', '--config-file', write('broken.yml', broken))).toThrow();
    },
    30_000,
  );
});

describe('the files of a node', () => {
  const scripts = [minimalUserData, maximalUserData]
    .flatMap(options => readCloudConfig(renderUserData(options)).write_files)
    .filter(({ content }) => /^#!\/bin\/(ba)?sh\n/.test(content))
    .map(({ path: target, content }) => ({ target, content }));

  it('have scripts among them', () => {
    expect(new Set(scripts.map(({ target }) => target)).size).toBe(3);
  });

  laneTest(debian('shellcheck')).each(scripts)('$target is clean for shellcheck', ({ target, content }) => {
    expectAccepted('shellcheck', write(path.basename(target), content));
  });

  laneTest(debian('bash'))('node.env says the same to a shell as it was told', () => {
    const env = write('node.env', contentOf('/etc/slipway/node.env'));
    const { stdout } = spawnSync('bash', ['-euc', `. '${env}'; echo "$SLIPWAY_VAULT $AWS_ENDPOINT_URL"`], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('example-org-webshop-prod-node http://10.0.2.2:5555');
  });

  laneTest(debian('visudo', 'sudo'))('the rules for sudo are accepted', () => {
    expectAccepted('visudo', '--check', '--file', write('sudoers', contentOf('/etc/sudoers.d/deploy')));
  });

  laneTest(debian('haproxy'))('the filter in front of Docker is accepted', () => {
    // The group that owns Docker's socket exists where Docker is installed.
    const config = contentOf('/etc/slipway/docker-filter.cfg').replace(/^ {2}(user|group) .*\n/gm, '');
    expectAccepted('haproxy', '-c', '-f', write('docker-filter.cfg', config));
  });

  laneTest(debian('systemd-analyze', 'systemd'))('the units are accepted, and start what is there', () => {
    const root = path.join(folder, 'root');
    const programs = ['/usr/sbin/haproxy', '/usr/local/lib/slipway/vault-save', '/usr/local/bin/deploy'];
    for (const program of programs) write(path.join('root', program), '#!/bin/sh\n');
    const units = files.filter(({ path: target }) => target.startsWith('/etc/systemd/system/'));
    for (const { path: target, content } of units) write(path.join('root', target), content);
    const names = units.map(({ path: target }) => path.basename(target));
    expect(names).toHaveLength(5);
    expectAccepted('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', `--root=${root}`, ...names);
  });

  laneTest(debian('apt-config', 'apt'))('nightly updates take security fixes only, and never restart anything', () => {
    const config = write('upgrades.conf', contentOf('/etc/apt/apt.conf.d/52slipway-upgrades'));
    const { stdout } = spawnSync('apt-config', ['--config-file', config, 'dump'], { encoding: 'utf8' });
    expect(stdout.match(/^Unattended-Upgrade::Origins-Pattern:: .*$/gm)).toEqual([
      'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";',
    ]);
    expect(stdout).toContain('Unattended-Upgrade::Automatic-Reboot "false";');
  });
});
