import type { Client } from '../../../../scripts/bench/migrations/clients';
import { contest } from '../../../../scripts/bench/migrations/contest';
import { isPromiseKept, promiseLine, scoreTable } from '../../../../scripts/bench/migrations/report';
import type { Workload } from '../../../../scripts/bench/migrations/workload';
import type { DatabaseServer } from '../../../../scripts/rehearsal/database-lab/database-server';

/** A server on which each run finds the number of rows that comes next. */
function serverWith(schemas: string[]): DatabaseServer {
  const connection = { end: () => Promise.resolve() };
  return {
    createSchema: (name: string) => {
      schemas.push(name);
      return Promise.resolve(`mysql://somewhere/${name}`);
    },
    connect: () => Promise.resolve(connection),
  } as unknown as DatabaseServer;
}

function workloadWith(rows: readonly number[]): Workload {
  const counted = [...rows];
  return { name: 'two rows', rows: 2, count: () => Promise.resolve(counted.shift() ?? 2) } as unknown as Workload;
}

const client = (name: string, ...command: [string, ...string[]]): Client => ({
  name,
  run: () => ({ command, options: {} }),
});
const quiet = () => undefined;

describe('contest', () => {
  it('lets the clients run in turns, each into an empty schema, and compares with the first', async () => {
    const schemas: string[] = [];
    const order: string[] = [];
    const clients = [client('floor', 'sleep', '0.02'), client('other', 'sleep', '0.2')];
    const scores = await contest(serverWith(schemas), workloadWith([]), clients, 2, line => order.push(line));
    expect(schemas).toHaveLength(4);
    expect(order.map(line => /, (\w+):/.exec(line)?.[1])).toEqual(['floor', 'other', 'other', 'floor']);
    const [floor, other] = scores;
    expect(floor?.ratio).toBe(1);
    expect(other?.ratio).toBeGreaterThan(2);
    expect(other?.milliseconds?.least).toBeGreaterThan(199);
    expect(other?.memory?.most).toBeGreaterThan(0.1);
  });

  it('counts the rows: a client that ends well without them has failed', async () => {
    const [score] = await contest(serverWith([]), workloadWith([1, 2, 2]), [client('forgetful', 'true')], 3, quiet);
    expect(score?.failures).toEqual(['ended well with 1 of 2 rows']);
    expect(score?.milliseconds).toBeDefined();
  });

  it('keeps what a client says when it fails, and gives it no time', async () => {
    const failing = client('failing', 'sh', '-c', 'echo begin; echo "ERROR 1153: packet too big" >&2; exit 3');
    const [score] = await contest(serverWith([]), workloadWith([]), [failing], 1, quiet);
    expect(score).toMatchObject({
      milliseconds: undefined,
      ratio: undefined,
      failures: ['exit code 3: ERROR 1153: packet too big'],
    });
    expect(scoreTable('title', [score!])).toContain('1: exit code 3');
  });
});

describe('a promise of the benchmark', () => {
  it('is kept up to its limit, and never by a run that has failed', () => {
    expect(isPromiseKept({ what: 'ratio', value: 1.5, limit: 1.5 })).toBe(true);
    expect(isPromiseKept({ what: 'ratio', value: 1.51, limit: 1.5 })).toBe(false);
    expect(isPromiseKept({ what: 'ratio', value: undefined, limit: 1.5 })).toBe(false);
    expect(promiseLine({ what: 'ratio', value: undefined, limit: 1.5 })).toBe('not ok  ratio: nothing (at most 1.5)');
  });
});
