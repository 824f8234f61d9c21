import * as fs from 'node:fs';
import * as net from 'node:net';
import { freePort } from '../../scripts/rehearsal/emulated-aws';

/** What a service says to whoever reaches it, by a port or by a socket, and how often somebody has. */
export class WatchedService {
  private readonly servers: net.Server[] = [];
  private count = 0;

  private constructor(
    readonly greeting: string,
    readonly port: number,
  ) {}

  /** @param sockets  files beside the port at which the service can be reached */
  static async start(greeting: string, sockets: readonly string[] = []): Promise<WatchedService> {
    const service = new WatchedService(greeting, await freePort());
    await service.listen({ host: '127.0.0.1', port: service.port });
    for (const file of sockets) {
      await service.listen({ path: file });
      fs.chmodSync(file, 0o777);
    }
    return service;
  }

  /** How often somebody has reached it. */
  get visits(): number {
    return this.count;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map(server => new Promise(resolve => server.close(resolve))));
  }

  private listen(where: net.ListenOptions): Promise<void> {
    const server = net.createServer(visitor => {
      this.count += 1;
      visitor.on('error', () => undefined);
      visitor.end(this.greeting);
    });
    this.servers.push(server);
    return new Promise((resolve, reject) => server.once('error', reject).listen(where, resolve));
  }
}
