import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';

/** A service as a client asks the engine to make it; only what the tests look at. */
export interface AskedService {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly TaskTemplate: {
    readonly ContainerSpec: Readonly<Record<string, unknown>>;
    readonly Resources?: unknown;
    readonly RestartPolicy?: unknown;
    readonly Placement?: { readonly Constraints?: readonly string[] };
    readonly Networks?: readonly { readonly Target: string; readonly Aliases: readonly string[] }[];
  };
  readonly Mode: Readonly<Record<string, unknown>>;
  readonly UpdateConfig?: unknown;
  readonly EndpointSpec?: unknown;
}

/**
 * As much of a Docker engine as `docker stack deploy` talks to. It makes nothing, and writes down what it was asked for:
 * that is what the real command makes of a Compose file.
 */
export class RecordingEngine {
  readonly services: AskedService[] = [];
  readonly networks: string[] = [];
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-engine-'));
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = this.answer(`${request.method ?? ''} ${request.url ?? ''}`, Buffer.concat(chunks).toString());
      response.writeHead(answer === undefined ? 404 : 200, {
        'Content-Type': 'application/json',
        'Api-Version': '1.41',
      });
      response.end(JSON.stringify(answer ?? { message: 'not found' }));
    });
  });

  /** @param content  full names of the secrets and configs that are there */
  constructor(private readonly content: readonly string[]) {}

  get host(): string {
    return `unix://${path.join(this.folder, 'docker.sock')}`;
  }

  start(): Promise<void> {
    return new Promise(resolve => this.server.listen(path.join(this.folder, 'docker.sock'), resolve));
  }

  async stop(): Promise<void> {
    await new Promise(resolve => this.server.close(resolve));
    fs.rmSync(this.folder, { recursive: true });
  }

  private answer(asked: string, body: string): unknown {
    const question = asked.replace(/ \/v1\.\d+/, ' ').replace(/\?.*/, '');
    if (question.endsWith(' /_ping')) return 'OK';
    if (question === 'GET /info') return { Swarm: { LocalNodeState: 'active', ControlAvailable: true } };
    if (question === 'GET /networks/edge') return { Id: 'edge', Name: 'edge', Scope: 'swarm' };
    if (question === 'GET /networks' || question === 'GET /services') return [];
    if (question === 'GET /secrets' || question === 'GET /configs') {
      return this.content.map(Name => ({ ID: `id-of-${Name}`, Spec: { Name } }));
    }
    if (question === 'POST /networks/create') {
      this.networks.push((JSON.parse(body) as { Name: string }).Name);
      return { Id: this.networks.at(-1) };
    }
    if (question === 'POST /services/create') {
      this.services.push(JSON.parse(body) as AskedService);
      return { ID: this.services.at(-1)?.Name };
    }
    return undefined;
  }
}
