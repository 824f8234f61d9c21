import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import path from 'node:path';
import { startLoad } from '../../scripts/load/start-load';
import { askSocket } from '../../scripts/rehearsal/swarm-lab/ask-socket';
import { REGISTRY_LOGIN } from '../../scripts/rehearsal/swarm-lab/registry';
import { RegistryClient } from '../../scripts/rehearsal/swarm-lab/registry-client';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { startSwarmLab, SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';

const ROOT = path.join(__dirname, '..', '..');
const MINUTE = 60_000;
const HOST = 'example.org';

/** The swarm that the other lanes stand on. */
describe('the swarm lab', () => {
  let lab: SwarmLab;
  const it = SWARM_LANE.test;

  beforeAll(async () => {
    if (!SWARM_LANE.missing) lab = await startSwarmLab();
  }, SWARM_START_MS);

  describe('the view of Docker that Traefik has', () => {
    it.each([
      ['GET', '/_ping'],
      ['HEAD', '/_ping'],
      ['GET', '/version'],
      ['GET', '/v1.41/services'],
      ['GET', '/v1.41/services?status=true'],
      ['GET', '/v1.41/tasks'],
      ['GET', '/v1.41/networks'],
    ])('shows %s %s', async (method, question) => {
      expect(await askSocket(lab.filterSocket, question, method)).toBe(200);
    });

    it('shows a node by its id', async () => {
      const id = await lab.docker('node', 'ls', '--quiet');
      expect(await askSocket(lab.filterSocket, `/v1.41/nodes/${id}`)).toBe(200);
    });

    it.each([
      ['POST', '/_ping'],
      ['POST', '/v1.41/services/create'],
      ['POST', '/v1.41/services'],
      ['POST', '/v1.41/containers/create'],
      ['DELETE', '/v1.41/services'],
      ['PUT', '/v1.41/tasks'],
      ['GET', '/v1.41/containers/json'],
      ['GET', '/v1.41/secrets'],
      ['GET', '/v1.41/configs'],
      ['GET', '/v1.41/swarm'],
      ['GET', '/v1.41/nodes'],
      ['GET', '/v1.41/info'],
      ['GET', '/v1.41/images/json'],
      ['GET', '/v1.41/services/x/logs'],
      ['GET', '/v1.41/tasks/../secrets'],
      ['GET', '/v1.41/tasks%2f..%2fsecrets'],
      ['GET', '//v1.41/services'],
      ['GET', '/v1.41/services/'],
    ])('refuses %s %s', async (method, question) => {
      expect(await askSocket(lab.filterSocket, question, method)).toBe(403);
    });
  });

  it('has a Traefik whose API answers inside of its container, and nowhere else', async () => {
    expect((await lab.traefikApi('/ping')).status).toBe(200);
    expect((await lab.traefikApi('/api/http/services/nothing@swarm')).status).toBe(404);
    expect((await visit(lab, '/api/rawdata')).status).toBe(404);
    expect((await visit(lab, '/ping')).status).toBe(404);
  });

  it('leads visitors from HTTP to HTTPS', async () => {
    const { status, headers } = await visit(lab, '/shop?page=2', 'http');
    expect([301, 308]).toContain(status);
    expect(headers.location).toBe(`https://${HOST}/shop?page=2`);
  });

  it(
    'serves a service once a route to it is renamed into place, and loses no request of a load',
    async () => {
      const image = await lab.pushVersion('202611.1');
      expect(image).toMatch(/^127\.0\.0\.1:\d+\/web:202611\.1@sha256:[0-9a-f]{64}$/);
      await createService(lab, 'web-blue', image);
      route(lab, 'web-blue');
      await waitForVersion(lab, '202611.1');
      const { headers } = await visit(lab, '/');
      expect(headers).toMatchObject({ 'x-version': '202611.1', 'x-content-type-options': 'nosniff' });

      const load = await startLoad(ROOT, {
        url: `https://127.0.0.1:${lab.ports.https}`,
        host: HOST,
        rate: 20,
        requests: 120,
      });
      await waitUntil('the load is over', MINUTE, async () => (await load.current()).requests === 120 || undefined);
      const { requests, failed, reasons, versions } = await load.stop();
      expect({ requests, failed, reasons }).toEqual({ requests: 120, failed: 0, reasons: {} });
      expect(Object.keys(versions)).toEqual(['202611.1']);
    },
    2 * MINUTE,
  );

  it('gives each version and each fault an image of its own, and the same one twice the same', async () => {
    const digests = [
      await lab.pushVersion('202611.2'),
      await lab.pushVersion('202611.3'),
      await lab.pushVersion('202611.3', 'http-500'),
      await lab.pushVersion('202611.3', 'crash-after=8'),
    ].map(image => image.split('@')[1]);
    expect(new Set(digests).size).toBe(4);
    expect((await lab.pushVersion('202611.2')).split('@')[1]).toBe(digests[0]);
  });

  it('pushes an image once, also for two who ask at once', async () => {
    const push = jest.spyOn(RegistryClient.prototype, 'pushImage');
    const [one, two] = await Promise.all([lab.pushVersion('202611.7'), lab.pushVersion('202611.7')]);
    expect(two).toBe(one);
    expect(push).toHaveBeenCalledTimes(1);
    push.mockRestore();
  });

  it(
    'has a registry that asks for a password, or is gone',
    async () => {
      const image = await lab.pushVersion('202611.4');
      await lab.registry.start({ login: true });
      await expect(lab.docker('pull', image)).rejects.toThrow(/no basic auth credentials/);
      const login = (password: string) =>
        lab.docker('login', '--username', REGISTRY_LOGIN.username, '--password', password, lab.registry.server);
      await expect(login('expired')).rejects.toThrow(/401|unauthorized/i);
      await login(REGISTRY_LOGIN.password);
      await lab.docker('pull', image);
      await lab.docker('logout', lab.registry.server);

      const another = await lab.pushVersion('202611.5');
      await lab.registry.stop();
      await expect(lab.docker('pull', another)).rejects.toThrow(/connection refused/);
      await lab.registry.start();
      await lab.docker('pull', another);
    },
    MINUTE,
  );

  it(
    'has a second node on demand, whose pulls can be made to fail, and whose tasks visitors reach',
    async () => {
      const worker = await lab.addWorker();
      expect(await lab.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}')).toContain(
        `${worker.hostname} Ready`,
      );
      const image = await lab.pushVersion('202611.6');
      await worker.refusePulls();
      await expect(worker.docker('pull', image)).rejects.toThrow(/connection refused/);
      await lab.docker('pull', image);
      await worker.allowPulls();
      await createService(lab, 'web-green', image, '--constraint', `node.hostname==${worker.hostname}`);
      route(lab, 'web-green');
      await waitForVersion(lab, '202611.6');
      expect(await worker.docker('ps', '--format', '{{.Image}}')).toContain('202611.6');
    },
    2 * MINUTE,
  );

  it(
    'comes back after its engine was killed',
    async () => {
      route(lab, 'web-blue');
      await lab.killDocker();
      await expect(lab.docker('node', 'ls')).rejects.toThrow(/Cannot connect/);
      expect((await lab.traefikApi('/ping')).status).toBe(0);
      await lab.restartDocker();
      await waitForVersion(lab, '202611.1');
    },
    2 * MINUTE,
  );

  it(
    'removes what is left of a lab whose test was killed, and leaves the others alone',
    async () => {
      const killed = await startSwarmLab();
      const owner = path.join(killed.folder, 'owner.json');
      const text = readFileSync(owner, 'utf8');
      // A process of another time with the same number.
      writeFileSync(owner, text.replace(/"started":"\d+"/, '"started":"1"'));
      const next = await startSwarmLab();
      // What it has by now of that number's names and addresses is its own.
      const removedBefore = !existsSync(killed.folder);
      await next.stop();
      expect(removedBefore).toBe(true);
      expect([...leftOf(killed), ...leftOf(next)]).toEqual([]);
      expect((await lab.traefikApi('/ping')).status).toBe(200);
    },
    3 * MINUTE,
  );

  afterAll(async () => {
    if (SWARM_LANE.missing) return;
    expect(leftOf(lab)).not.toEqual([]);
    await lab.stop();
    expect(leftOf(lab)).toEqual([]);
  }, MINUTE);
});

interface Page {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
}

/** What a visitor gets. */
function visit({ ports }: SwarmLab, page: string, protocol: 'http' | 'https' = 'https'): Promise<Page> {
  const options = {
    host: '127.0.0.1',
    port: ports[protocol],
    path: page,
    headers: { host: HOST },
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const request =
      protocol === 'https' ? https.get({ ...options, servername: HOST, rejectUnauthorized: false }) : http.get(options);
    request.on('error', reject);
    request.on('response', response => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    });
  });
}

async function waitForVersion(lab: SwarmLab, version: string): Promise<void> {
  await waitUntil(`visitors get ${version}`, MINUTE, async () => {
    const page = await visit(lab, '/').catch(() => undefined);
    return page?.headers['x-version'] === version || undefined;
  });
}

async function createService(lab: SwarmLab, name: string, image: string, ...words: string[]): Promise<void> {
  const label = ['traefik.enable=true', `traefik.http.services.${name}.loadbalancer.server.port=8080`];
  await lab.docker(
    ...['service', 'create', '--quiet', '--detach', '--name', name, '--network', 'edge'],
    ...label.flatMap(text => ['--label', text]),
    ...[...words, image],
  );
}

/** Leads visitors to a service, as the release program does: with one rename. */
function route(lab: SwarmLab, service: string): void {
  const file = path.join(lab.dynamic, 'web.yml');
  const router = { rule: `Host(\`${HOST}\`)`, entryPoints: ['websecure'], tls: {}, service: `${service}@swarm` };
  writeFileSync(`${file}.new`, JSON.stringify({ http: { routers: { web: router } } }));
  renameSync(`${file}.new`, file);
}

/** All that this machine has of a lab. */
function leftOf({ folder, range }: SwarmLab): string[] {
  const text = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const entries = (place: string) => (existsSync(place) ? readdirSync(place) : []);
  // One that has ended, and that its parent has not asked about yet, has no arguments any more.
  const processes = entries('/proc').filter(name => /^\d+$/.test(name) && text(`/proc/${name}/cmdline`) !== '');
  const ofBridge = (name: string) => name === range.gatewayBridge || new RegExp(`^${range.bridge}($|[-w])`).test(name);
  return [
    ...processes.filter(pid => text(`/proc/${pid}/cmdline`).includes(folder)),
    ...processes.filter(pid => text(`/proc/${pid}/cgroup`).includes(`${range.cgroup}/`)),
    ...text('/proc/self/mounts')
      .split('\n')
      .filter(line => line.includes(folder)),
    ...entries('/sys/class/net').filter(ofBridge),
    ...entries('/run/netns').filter(ofBridge),
    ...['', ...entries('/sys/fs/cgroup')].filter(name => existsSync(path.join('/sys/fs/cgroup', name, range.cgroup))),
    ...(existsSync(folder) ? [folder] : []),
  ];
}
