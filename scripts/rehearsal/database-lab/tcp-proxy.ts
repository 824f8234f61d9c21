import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a proxy does at one moment of the traffic that passes it. */
export interface Trap {
  /** Which piece of traffic springs it, counted from 1 in both directions over all connections since it was set. */
  readonly piece: number;
  /** Whether that piece still reaches the other side: a statement that arrives, or an answer that is lost. */
  readonly forward: boolean;
  readonly spring: () => void;
}

/** Stands between a client and a server on this machine and cuts their connections at a moment of the caller's choice. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private trap: Trap | undefined;
  private seen = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** A proxy on a free port of the loopback address. */
  static start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    return new Promise((resolve, reject) => {
      const server = createServer({ pauseOnConnect: true }, socket => proxy.join(socket, connect(target)));
      server.once('error', reject);
      let proxy: TcpProxy;
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        proxy = new TcpProxy(server, typeof address === 'object' && address ? address.port : 0);
        resolve(proxy);
      });
    });
  }

  /** Pieces of traffic that have passed since the last trap was set. */
  get pieces(): number {
    return this.seen;
  }

  /** Sets a trap in the place of an earlier one, and counts from zero again; without one everything passes. */
  set(trap?: Trap): void {
    this.trap = trap;
    this.seen = 0;
  }

  /** Resets all connections: both sides see "connection reset by peer" at once. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  stop(): Promise<void> {
    this.cut();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.setNoDelay();
      from.on('data', piece => this.pass(piece, to));
      from.on('end', () => to.end());
      // Whatever has happened to one side happens to the other.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    client.resume();
  }

  private pass(piece: Buffer, to: Socket): void {
    this.seen += 1;
    const trap = this.trap?.piece === this.seen ? this.trap : undefined;
    if ((!trap || trap.forward) && to.writable) to.write(piece);
    trap?.spring();
  }
}
