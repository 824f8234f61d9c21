import { TcpProxy } from '../../scripts/rehearsal/database-lab/tcp-proxy';
import type { CrashWorld } from './crash-world';
import type { RunnerEnd, RunnerProcess } from './runner-process';

/**
 * A run that is stopped (SIGSTOP) in the middle of its work, as by a laptop's lid. The server ends its sessions after
 * their `wait_timeout`, and with them its locks; what it does when it wakes up is what a test wants to see.
 */
export class Sleeper {
  private constructor(
    readonly schema: string,
    readonly url: string,
    private readonly proxy: TcpProxy,
    private readonly runner: RunnerProcess,
  ) {}

  /** @param piece  piece of the traffic after which the run is stopped; it has its locks by then */
  static async fallAsleep(world: CrashWorld, piece: number): Promise<Sleeper> {
    const schema = `sleeper_${piece}`;
    const url = await world.server.createSchema(schema);
    const proxy = await TcpProxy.start(world.server);
    const through = new URL(url);
    [through.hostname, through.port] = ['127.0.0.1', `${proxy.port}`];
    const asleep = new Promise<RunnerProcess>((resolve, reject) => {
      const spring = () => {
        runner.signal('SIGSTOP');
        resolve(runner);
      };
      proxy.set({ piece, forward: true, spring });
      const runner = world.up(through.href);
      void runner.ended.then(() => reject(new Error(`the run ended before piece ${piece} of its traffic`)));
    });
    return new Sleeper(schema, url, proxy, await asleep);
  }

  /** Wakes it up and resolves when it has ended. */
  async wake(): Promise<RunnerEnd> {
    this.runner.signal('SIGCONT');
    const end = await this.runner.ended;
    await this.proxy.stop();
    return end;
  }
}
