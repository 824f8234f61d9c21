import { setTimeout as delay } from 'node:timers/promises';
import type { Kind, LoadPlan } from './load-options';
import { type Connection, LoadRecord, type LoadResult } from './load-record';
import { RequestSender } from './send-request';

const TICK_MS = 5;
/** A server that does not answer must not make us hold thousands of requests. */
const MOST_OPEN = 1_000;

/** A load while it goes on. */
export class RunningLoad {
  private readonly sender: RequestSender;
  private readonly open = new Set<Promise<void>>();
  private readonly started = now();
  private readonly record = new LoadRecord(this.started);
  private sent = 0;
  private stopping = false;
  private ended: number | undefined;
  private readonly over: Promise<void>;

  constructor(private readonly plan: LoadPlan) {
    this.sender = new RequestSender(plan);
    this.over = this.run();
  }

  /** The books as they stand. */
  current(): LoadResult {
    return this.record.result(this.ended ?? now());
  }

  /** Sends nothing more, waits for the answers of what was sent, and returns the books. */
  async stop(): Promise<LoadResult> {
    this.stopping = true;
    await this.over;
    return this.current();
  }

  /** Sends what is due by the clock, so that a pause of this process is made up for. */
  private async run(): Promise<void> {
    const { rate, seconds, requests } = this.plan;
    const most = Math.min(requests, rate * seconds);
    while (!this.stopping && this.sent < most) {
      const due = Math.min(most, Math.floor(((now() - this.started) / 1_000) * rate) + 1);
      for (; this.sent < due; this.sent += 1) this.send(this.sent);
      await delay(TICK_MS);
    }
    await Promise.all(this.open);
    this.ended = now();
    this.sender.close();
  }

  private send(number: number): void {
    const { order } = this.plan;
    const kind = order[number % order.length] ?? 'get';
    // By rounds too, so that each kind is sent both ways whatever the length of the order.
    const connection = (number + Math.floor(number / order.length)) % 2 === 0 ? 'kept' : 'fresh';
    const sent = now();
    if (this.open.size >= MOST_OPEN) {
      this.record.add({ kind, connection, sent, ended: sent, failure: `not sent, as ${MOST_OPEN} are open` });
      return;
    }
    const request = this.follow(kind, connection, sent).finally(() => this.open.delete(request));
    this.open.add(request);
  }

  private async follow(kind: Kind, connection: Connection, sent: number): Promise<void> {
    const outcome = await this.sender.send(kind, connection);
    this.record.add({ kind, connection, sent, ended: now(), ...outcome });
  }
}

/** Milliseconds since 1970, which go on evenly when the clock of the machine is set. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
