import { type Answer, LoadRecord } from '../../../scripts/load/load-record';

const ANSWER: Answer = { kind: 'get', connection: 'kept', sent: 1_000, ended: 1_010 };

describe('the books of a load', () => {
  const result = (answers: readonly Partial<Answer>[], now = 2_000) => {
    const record = new LoadRecord(1_000);
    for (const answer of answers) record.add({ ...ANSWER, ...answer });
    return record.result(now);
  };

  it('count by kind and by connection', () => {
    const { requests, failed, kinds, connections } = result([
      {},
      { kind: 'post', connection: 'fresh' },
      { kind: 'post', failure: 'status 502' },
    ]);
    expect([requests, failed]).toEqual([3, 1]);
    expect(kinds.get).toMatchObject({ requests: 1, failed: 0 });
    expect(kinds.post).toMatchObject({ requests: 2, failed: 1 });
    expect(kinds.large).toMatchObject({ requests: 0, failed: 0 });
    expect(connections).toEqual({ kept: { requests: 2, failed: 1 }, fresh: { requests: 1, failed: 0 } });
  });

  it('keep each failure with its moment, and how often each reason was seen', () => {
    const { reasons, failures } = result([{ failure: 'ECONNRESET' }, { failure: 'ECONNRESET', sent: 1_500 }, {}]);
    expect(reasons).toEqual({ ECONNRESET: 2 });
    expect(failures.map(({ sent }) => sent)).toEqual([1_000, 1_500]);
  });

  it('keep no more than the first thousand failures', () => {
    const { failed, failures } = result(Array.from({ length: 1_200 }, () => ({ failure: 'status 404' })));
    expect([failed, failures.length]).toEqual([1_200, 1_000]);
  });

  it('know for how long nothing succeeded: at the start, in the middle and at the end', () => {
    expect(result([{ ended: 1_700 }]).longestGapMs).toBe(700);
    expect(result([{ ended: 1_100 }, { ended: 1_650, failure: 'status 502' }, { ended: 1_900 }]).longestGapMs).toBe(
      800,
    );
    expect(result([{ ended: 1_100 }]).longestGapMs).toBe(900);
    expect(result([], 1_300).longestGapMs).toBe(300);
  });

  it('are not misled by answers that come in another order', () => {
    const { versions, longestGapMs } = result([
      { version: '2', sent: 1_200, ended: 1_250 },
      { version: '1', sent: 1_190, ended: 1_900 },
      { version: '2', sent: 1_100, ended: 1_950 },
    ]);
    expect(versions).toEqual({
      1: { requests: 1, first: 1_190, last: 1_190 },
      2: { requests: 2, first: 1_100, last: 1_200 },
    });
    expect(longestGapMs).toBe(650);
  });

  it('know which version failed', () => {
    expect(result([{ version: '2', failure: 'status 500' }]).versions).toHaveProperty('2');
  });

  it('measure the requests that succeeded', () => {
    const took = (milliseconds: number) => ({ ended: 1_000 + milliseconds });
    const { kinds } = result([took(30), took(10), took(20), { ...took(900), failure: 'status 504' }]);
    expect(kinds.get).toEqual({ requests: 4, failed: 1, medianMs: 20, p99Ms: 20, longestMs: 30 });
  });
});
