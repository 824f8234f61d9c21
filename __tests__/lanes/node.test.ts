import { gunzipSync } from 'node:zlib';
import type { LabNode, SshLogin } from '../../scripts/rehearsal/node-lab/lab-node';
import { dev } from '../../stacks/environments/dev';
import { words } from '../support/emulated-stage';
import { requireParts } from '../support/lane';
import { visit } from '../support/node-visitor';
import { NodeWorld } from '../support/node-world';
import { SWARM_LANE } from '../support/swarm-lab';
import { readCloudConfig } from '../support/user-data-options';

/**
 * The user data that Terraform gives to EC2, booted by cloud-init on a Debian 13 in a virtual machine. S3 and SSM are the
 * emulated AWS, packages come from Debian, and Traefik from a registry in the place of Docker Hub.
 */
const PARTS = requireParts([
  { program: 'mmdebstrap', install: 'apt-get install mmdebstrap' },
  { program: 'docker-registry', install: 'apt-get install docker-registry' },
  { program: 'ssh', install: 'apt-get install openssh-client' },
  { program: 'python3', install: 'apt-get install python3 python3-venv' },
  { program: 'terraform', or: 'tofu', install: 'https://developer.hashicorp.com/terraform/install' },
]);
const LANE = SWARM_LANE.missing === undefined ? PARTS : SWARM_LANE;

const MINUTE = 60_000;
/** An emulated machine on a busy one takes its time; a test that hangs is ended after it. */
const PATIENCE = 25 * MINUTE;

let world: NodeWorld;
let node: LabNode;
let login: SshLogin;

beforeAll(async () => {
  if (LANE.missing !== undefined) return;
  world = await NodeWorld.open(AbortSignal.timeout(60 * MINUTE));
  node = await world.start();
  await world.booted(node);
  login = await world.login(node);
}, 40 * MINUTE);
afterAll(() => (LANE.missing === undefined ? world.close() : undefined), MINUTE);

/** What must be the same after the boot script has run again, or after a restart. */
async function lasting(): Promise<Record<string, string>> {
  const ask = (command: string) => node.run('sh', '-c', command);
  return {
    swarm: await ask("docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.NodeID}} {{.Swarm.Cluster.ID}}'"),
    address: await ask(
      "docker info --format '{{.Swarm.NodeAddr}}'; ip -4 -brief address show scope global | sed -n 1p",
    ),
    networks: await ask("docker network inspect --format '{{.Id}} {{.IPAM.Config}}' edge"),
    services: await ask("docker service ls --format '{{.ID}} {{.Name}} {{.Replicas}} {{.Image}}'"),
    swap: await ask('swapon --show=NAME,SIZE --noheadings; cat /etc/fstab'),
    files: await ask(
      'find /etc/slipway /etc/systemd/system /etc/ssh /usr/local -type f -exec sha256sum {} + | sort -k 2',
    ),
    accounts: await ask('cat /etc/passwd /etc/shadow'),
    enabled: await ask('systemctl list-unit-files --state=enabled --no-legend'),
  };
}

describe('a node that has booted', () => {
  LANE.test(
    'is ready, says so in its vault, and cloud-init has nothing to complain about',
    async () => {
      const status = await node.run('cloud-init', 'status', '--format', 'json');
      expect(JSON.parse(status)).toMatchObject({ extended_status: 'done', errors: [], recoverable_errors: {} });
      const readiness = await world.inVault(`nodes/${world.staged.instanceId}/readiness.json`);
      expect(JSON.parse(readiness)).toMatchObject({ state: 'ready', step: 'ready', message: 'Traefik answers' });
      expect(await node.run('systemctl', '--failed', '--no-legend')).toBe('');
    },
    PATIENCE,
  );

  LANE.test(
    'was made of exactly what Terraform had',
    async () => {
      const config = readCloudConfig(gunzipSync(world.staged.userData).toString('utf8'));
      for (const file of config.write_files) {
        const [permissions, ...content] = (
          await node.run('sh', '-c', `stat -c 0%a ${file.path} && cat ${file.path}`)
        ).split('\n');
        expect({ path: file.path, permissions, content: content.join('\n') }).toEqual(file);
      }
    },
    PATIENCE,
  );

  LANE.test(
    'is a swarm of one, with the pool and the logs that it was told',
    async () => {
      const facts = await node.run('docker', 'info', '--format', '{{json .}}');
      expect(JSON.parse(facts)).toMatchObject({
        LoggingDriver: 'local',
        CgroupVersion: '2',
        Swarm: {
          LocalNodeState: 'active',
          Managers: 1,
          Nodes: 1,
          Cluster: {
            DefaultAddrPool: [dev.network.overlayPool],
            Spec: { Orchestration: { TaskHistoryRetentionLimit: 2 } },
          },
        },
      });
      expect(await node.run('swapon', '--show=NAME,SIZE', '--noheadings')).toMatch(/^\/swapfile\s+2G/);
    },
    PATIENCE,
  );

  LANE.test(
    'sends visitors to HTTPS, and answers there with a certificate of its own until it has another',
    async () => {
      const plain = await visit('http', node.ports.http, dev.domain, '/shop?page=2');
      expect([301, 308]).toContain(plain.status);
      expect(plain.headers.location).toBe(`https://${dev.domain}/shop?page=2`);
      const secure = await visit('https', node.ports.https, dev.domain);
      expect(secure).toMatchObject({ status: 404, certificate: 'TRAEFIK DEFAULT CERT' });
      expect(secure.headers['alt-svc']).toContain('h3=":443"');
      expect(await node.run('ss', '--listening', '--udp', '--no-header', '--numeric', 'sport = :443')).toContain(
        ':443',
      );
      expect(await node.run('/usr/local/lib/slipway/traefik-api', '/ping')).toBe('OK');
    },
    PATIENCE,
  );

  LANE.test(
    'shows Traefik of Docker what it needs to see, and refuses the rest',
    async () => {
      const ask = async (method: string, path: string) => {
        const socket = ['--unix-socket', '/run/docker-filter/docker-ro.sock'];
        const status = ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}'];
        return node.run('curl', ...socket, ...status, '--request', method, `http://docker${path}`);
      };
      expect(await ask('GET', '/v1.44/services')).toBe('200');
      expect(await ask('POST', '/v1.44/services')).toBe('403');
      expect(await ask('GET', '/v1.44/secrets')).toBe('403');
      expect(await ask('GET', '/containers/json')).toBe('403');
    },
    PATIENCE,
  );

  LANE.test(
    'installs security updates by itself',
    async () => {
      expect(await node.run('systemctl', 'is-active', 'unattended-upgrades.service', 'apt-daily-upgrade.timer')).toBe(
        'active\nactive\n',
      );
      const dry = await node.run('sh', '-c', 'unattended-upgrade --dry-run --debug 2>&1');
      expect(dry).toMatch(/Allowed origins are: .*Debian-Security/);
    },
    PATIENCE,
  );
});

describe('whoever may release', () => {
  const attempts: readonly (readonly [what: string, words: readonly string[], options: readonly string[]])[] = [
    ['no words', [], []],
    ['a shell', ['sh', '-c', 'id'], []],
    ['a second command', ['status;', 'id'], []],
    ['a copy of a file', ['scp', '-t', '/tmp'], []],
    ['SFTP', ['sftp'], ['-s']],
    ['a port that is not the database', [], ['-W', '127.0.0.1:2377']],
    ['a port of the node for itself', [], ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:22']],
  ];

  LANE.test(
    'calls the release program',
    async () => {
      expect(words(await node.ssh(login, ['status']))).toMatch(/^exit code 0\nwebshop-dev +nothing released yet\n/);
    },
    PATIENCE,
  );

  LANE.test.each(attempts)(
    'is refused %s',
    async (_, said, options) => {
      const { code, stdout } = await node.ssh(login, said, options);
      expect(code).not.toBe(0);
      expect(stdout).not.toContain('uid=');
    },
    PATIENCE,
  );

  LANE.test(
    'gets no terminal',
    async () => {
      const { stderr } = await node.ssh(login, ['status'], ['-tt']);
      expect(stderr).toContain('PTY allocation request failed');
    },
    PATIENCE,
  );

  LANE.test.each(['root', 'debian'])(
    'is not let in as %s',
    async user => {
      const { code, stderr } = await node.ssh({ ...login, user }, ['status']);
      expect({ code, stderr }).toEqual({ code: 255, stderr: expect.stringContaining('Permission denied (publickey)') });
    },
    PATIENCE,
  );
});

describe('a node that goes on', () => {
  LANE.test(
    'is the same after its boot script has run again',
    async () => {
      const before = { ...(await lasting()), tasks: await node.run('docker', 'ps', '--quiet', '--no-trunc') };
      await node.run('/usr/local/lib/slipway/boot');
      expect({ ...(await lasting()), tasks: await node.run('docker', 'ps', '--quiet', '--no-trunc') }).toEqual(before);
    },
    PATIENCE,
  );

  LANE.test(
    'is back after a restart, with everything',
    async () => {
      const before = await lasting();
      await node.machine.reboot(AbortSignal.timeout(PATIENCE));
      await node.run('systemctl', 'is-system-running', '--wait');
      await node.run('sh', '-c', 'until /usr/local/lib/slipway/traefik-api /ping; do sleep 2; done');
      expect(await lasting()).toEqual(before);
      expect(await visit('https', node.ports.https, dev.domain)).toMatchObject({ status: 404 });
      expect(words(await node.ssh(login, ['status']))).toContain('exit code 0');
    },
    PATIENCE,
  );
});
