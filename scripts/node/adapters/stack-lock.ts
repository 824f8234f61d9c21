import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { systemClock } from '../../adapters/clock';
import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { until } from '../until';
import { readJson, type StackFolder, writeJson } from './stack-folder';

/** Who works on a stack, or keeps others from it. */
export interface LockOwner {
  readonly by: string;
  readonly verb: string;
  readonly reason?: string;
  readonly runUrl?: string;
}

export interface LockState extends LockOwner {
  /** Process that holds it; none where a person holds it by `lock`. */
  readonly pid?: number | undefined;
  /** When the process was started, in ticks since boot: a number of a process may come again, this pair does not. */
  readonly pidStart?: string | undefined;
  readonly since: string;
  /** Last sign of life of the process. */
  readonly heartbeat: string;
  /** End of a lock that a person holds. */
  readonly until?: string;
}

const HEARTBEAT_MS = 5_000;
/** A process without a sign of life for so long hangs, and is ended by whoever needs the lock. */
const TIME_TO_LIVE_MS = 120_000;

/**
 * One change of a stack at a time.
 *
 * A process holds a name in the kernel (an abstract socket) that is gone the moment the process is, however it ends; so a
 * killed release leaves no lock behind. The file beside it says who that is, and holds the lock of a person.
 */
export class StackLock {
  private server: net.Server | undefined;
  private timer: NodeJS.Timeout | undefined;
  private mine: Omit<LockState, 'heartbeat'> | undefined;
  private until: string | undefined;

  constructor(
    private readonly folder: StackFolder,
    private readonly now: () => Date,
  ) {}

  /**
   * @returns the owner that died without giving the lock back, if there was one
   * @throws SlipwayError with the owner's name (exit code 3) when somebody else holds it
   */
  async acquire(owner: LockOwner): Promise<LockState | undefined> {
    this.assertNoOther(owner);
    if (!(await this.bind()) && !(this.endHanging() && (await this.bindWhenFree()))) throw this.locked(this.read());
    // Again, as the lock may have been taken in between.
    const person = this.assertNoOther(owner);
    const last = this.read();
    const pidStart = startOf(process.pid);
    this.mine = {
      ...owner,
      pid: process.pid,
      ...(pidStart !== undefined && { pidStart }),
      since: this.now().toISOString(),
    };
    // A person who holds the lock works under it; it is there again afterwards.
    this.until = person?.until;
    this.write();
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.timer.unref();
    return last?.pid === undefined ? undefined : last;
  }

  release(): void {
    clearInterval(this.timer);
    if (this.until === undefined) fs.rmSync(this.folder.lockFile(), { force: true });
    else this.write({ pid: undefined, pidStart: undefined });
    this.close();
  }

  /** Who holds the lock now; undefined when nobody does. */
  async holder(): Promise<LockState | undefined> {
    const now = this.now().toISOString();
    // It may have the lock already, and not have written down yet who it is.
    if (await this.isBound())
      return this.read() ?? { by: 'somebody', verb: 'work', pid: 0, since: now, heartbeat: now };
    const person = this.personalLock();
    return person && { ...person, pid: undefined, pidStart: undefined };
  }

  /** Whether its last owner died without giving it back. */
  async isLeftBehind(): Promise<boolean> {
    return this.read()?.pid !== undefined && !(await this.isBound());
  }

  /** Keeps the lock beyond the end of this process, until it is given back or its time is over. */
  hold(until: Date): void {
    this.until = until.toISOString();
    this.write();
  }

  /**
   * Only a process that hangs may lose its lock.
   *
   * @throws SlipwayError (exit code 3) when it is at work
   */
  assertHangs(holder: LockState): void {
    const silence = this.now().getTime() - new Date(holder.heartbeat).getTime();
    if (silence <= TIME_TO_LIVE_MS) throw this.locked(holder);
  }

  /** Takes the lock from a person, or from a process that hangs. */
  drop(): void {
    this.endHanging();
    fs.rmSync(this.folder.lockFile(), { force: true });
  }

  private read(): LockState | undefined {
    return readJson(this.folder.lockFile()) as LockState | undefined;
  }

  private personalLock(): LockState | undefined {
    const state = this.read();
    return state?.until !== undefined && new Date(state.until) > this.now() ? state : undefined;
  }

  /** @returns the lock of the person who asks, if that person holds it */
  private assertNoOther(owner: LockOwner): LockState | undefined {
    const person = this.personalLock();
    if (person === undefined || person.by === owner.by) return person;
    this.close();
    throw this.locked(person);
  }

  private close(): void {
    this.server?.close();
    this.server = undefined;
  }

  private write(change: Partial<LockState> = {}): void {
    const { mine, until } = this;
    const heartbeat = this.now().toISOString();
    writeJson(this.folder.lockFile(), { ...mine, heartbeat, ...(until !== undefined && { until }), ...change });
  }

  private beat(): void {
    try {
      this.write();
    } catch {
      // A full disk is no reason to end a release in its middle.
    }
  }

  /** Name in the kernel. */
  private get name(): string {
    return `\0slipway-${createHash('sha256').update(this.folder.lockFile()).digest('hex').slice(0, 32)}`;
  }

  /** Whether somebody has the name; to ask for it oneself would keep others out for a moment. */
  private isBound(): Promise<boolean> {
    return new Promise(resolve => {
      const socket = net.connect(this.name);
      const answer = (found: boolean) => {
        socket.destroy();
        resolve(found);
      };
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
    });
  }

  private bind(): Promise<boolean> {
    const server = net.createServer(visitor => visitor.destroy());
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(false);
        else reject(error);
      });
      server.listen(this.name, () => {
        this.server = server.unref();
        resolve(true);
      });
    });
  }

  /** Ends the process that holds the lock when it hangs; whether it did. */
  private endHanging(): boolean {
    const state = this.read();
    if (state?.pid === undefined || state.pidStart !== startOf(state.pid)) return false;
    const silence = this.now().getTime() - new Date(state.heartbeat).getTime();
    if (silence <= TIME_TO_LIVE_MS) return false;
    process.kill(state.pid, 'SIGKILL');
    return true;
  }

  private async bindWhenFree(): Promise<boolean> {
    const look = async () => ((await this.bind()) ? true : undefined);
    return (await until(look, { clock: systemClock, intervalMs: 50, timeoutMs: 2_000 })) ?? false;
  }

  private locked(state: LockState | undefined): SlipwayError {
    const { by, verb, reason, runUrl, since, until } = state ?? { by: 'somebody', verb: 'work' };
    const details = [
      ...(since === undefined ? [] : [`since ${since}`]),
      ...(until === undefined ? [] : [`until ${until}`]),
      ...(reason === undefined ? [] : [`reason: ${reason}`]),
      ...(runUrl === undefined ? [] : [runUrl]),
    ];
    const next = until === undefined ? 'wait for it, see `status`' : 'ask them, or give it back with `unlock`';
    return new SlipwayError(
      `${this.folder.stack} is locked by ${by} (${[verb, ...details].join(', ')}); ${next}`,
      ExitCode.Locked,
    );
  }
}

/** Start of a process in ticks since boot; undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
