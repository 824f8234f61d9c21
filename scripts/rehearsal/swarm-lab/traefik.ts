import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabShell } from './lab-shell';
import { waitUntil } from './wait-until';

export interface TraefikOptions {
  readonly shell: LabShell;
  /** Folder of the lab. */
  readonly folder: string;
  /** Folder of a node's files in the sources. */
  readonly boot: string;
  readonly image: string;
  readonly ports: { readonly http: number; readonly https: number };
}

export interface ApiAnswer {
  /** 0 when Traefik does not run or does not answer. */
  readonly status: number;
  readonly body: string;
}

const START_TIMEOUT_MS = 60_000;
const API = 'http://127.0.0.1:8080';
const SERVICE_LABEL = 'label=com.docker.swarm.service.name=proxy_traefik';

/** A node's Traefik, from its own stack file; only its paths, ports and image are the lab's. */
export class Traefik {
  /** Folder that Traefik watches. */
  readonly dynamic: string;

  constructor(private readonly options: TraefikOptions) {
    this.dynamic = path.join(options.folder, 'dynamic');
  }

  /** Starts it and resolves when it serves, with the headers that every answer must have. */
  async start(): Promise<void> {
    const { boot, shell } = this.options;
    mkdirSync(this.dynamic);
    mkdirSync(this.certificates());
    copyFileSync(path.join(boot, 'security-headers.yml'), path.join(this.dynamic, 'security-headers.yml'));
    await shell.docker('stack', 'deploy', '--resolve-image', 'never', '--compose-file', this.stackFile(), 'proxy');
    await this.waitReady();
  }

  async waitReady(): Promise<void> {
    const ready = async () =>
      (await this.api('/ping')).status === 200 &&
      (await this.api('/api/http/middlewares/security-headers@file')).status === 200;
    await waitUntil('Traefik serves', START_TIMEOUT_MS, async () => (await ready()) || undefined).catch(
      async (error: unknown) => {
        const found = await this.options.shell.docker('service', 'ps', '--no-trunc', 'proxy_traefik');
        throw new Error(`Traefik does not serve:\n${found}`, { cause: error });
      },
    );
  }

  /** Asks Traefik's own API, which listens only inside of its container. */
  async api(apiPath: string): Promise<ApiAnswer> {
    const { shell } = this.options;
    const format = ['--quiet', '--no-trunc', '--filter', SERVICE_LABEL];
    const { stdout: containers } = await shell.run(['docker', 'ps', ...format]);
    const [container = ''] = containers.trim().split('\n');
    const inspected = await shell.run(['docker', 'inspect', '--format', '{{.State.Pid}}', container]);
    // It may have ended between the two questions.
    const pid = Number(inspected.stdout.trim());
    if (!pid) return { status: 0, body: '' };
    const question = ['curl', '--silent', '--max-time', '5', '--write-out', '\n%{http_code}', `${API}${apiPath}`];
    const { stdout } = await shell.run(['nsenter', `--net=/proc/${pid}/ns/net`, ...question]);
    const end = stdout.lastIndexOf('\n');
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, Math.max(end, 0)) };
  }

  private certificates(): string {
    return path.join(this.options.folder, 'certificates');
  }

  private stackFile(): string {
    const { folder, boot, image, ports } = this.options;
    const file = path.join(folder, 'traefik.stack.yml');
    const values: Readonly<Record<string, string>> = {
      '${TRAEFIK_IMAGE:?}': image,
      '${ACME_EMAIL:?}': 'ops@example.org',
      // Nobody listens there: a route that asks for a certificate gets Traefik's own.
      '${ACME_SERVER:?}': 'https://127.0.0.1:9/directory',
      '/run/docker-filter:': `${folder}/docker-filter:`,
      '/var/lib/slipway/dynamic:': `${this.dynamic}:`,
      '/var/lib/slipway/certificates:': `${this.certificates()}:`,
      'published: 80,': `published: ${ports.http},`,
      'published: 443,': `published: ${ports.https},`,
    };
    const text = Object.entries(values).reduce(
      (stack, [from, to]) => stack.replaceAll(from, to),
      readFileSync(path.join(boot, 'traefik.stack.yml'), 'utf8'),
    );
    writeFileSync(file, text);
    return file;
  }
}
