import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { TcpProxy } from '../../../../scripts/rehearsal/database-lab/tcp-proxy';

/** A server that says back what it hears, and keeps what it heard. */
class Echo {
  readonly heard: string[] = [];
  private constructor(
    readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<Echo> {
    const server = createServer(socket => {
      socket.on('error', () => undefined);
      socket.on('data', piece => {
        echo.heard.push(piece.toString());
        socket.write(`<${piece.toString()}>`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const echo = new Echo(server, typeof address === 'object' && address ? address.port : 0);
    return echo;
  }
}

async function said(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

/** How a connection ends: an error code, or `closed`. */
async function endOf(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.once('close', () => resolve('closed'));
  });
}

describe('TcpProxy', () => {
  let echo: Echo;
  let proxy: TcpProxy;
  let client: Socket;

  beforeEach(async () => {
    echo = await Echo.start();
    proxy = await TcpProxy.start({ host: '127.0.0.1', port: echo.port });
    client = connect(proxy.port, '127.0.0.1');
    await once(client, 'connect');
  });

  afterEach(async () => {
    client.destroy();
    await proxy.stop();
    echo.server.close();
  });

  it('passes everything on, in both directions, and counts the pieces', async () => {
    expect(await said(client, 'one')).toBe('<one>');
    expect(await said(client, 'two')).toBe('<two>');
    expect(proxy.pieces).toBe(4);
  });

  it('springs a trap at its piece, which still arrives', async () => {
    const sprung = new Promise<string>(resolve => {
      proxy.set({ piece: 3, forward: true, spring: () => resolve(echo.heard.join(' ')) });
    });
    await said(client, 'one');
    await said(client, 'two');
    await sprung;
    expect(echo.heard).toEqual(['one', 'two']);
  });

  it('springs a trap at its piece, which is lost', async () => {
    let sprung = 0;
    proxy.set({ piece: 3, forward: false, spring: () => (sprung += 1) });
    await said(client, 'one');
    client.write('two');
    await new Promise(resolve => setImmediate(resolve));
    // The next piece passes again, and it is the second that the server hears.
    expect(await said(client, 'three')).toContain('three');
    expect(sprung).toBe(1);
    expect(echo.heard[0]).toBe('one');
    expect(echo.heard.join('')).not.toMatch(/^onetwo/);
  });

  it('resets both sides when it is cut, and takes the next connection', async () => {
    await said(client, 'one');
    const end = endOf(client);
    proxy.cut();
    expect(await end).toBe('ECONNRESET');
    const next = connect(proxy.port, '127.0.0.1');
    expect(await said(next, 'again')).toBe('<again>');
    next.destroy();
  });

  it('closes the other side when one side ends', async () => {
    await said(client, 'one');
    const end = endOf(client);
    client.end();
    expect(await end).toBe('closed');
  });
});
