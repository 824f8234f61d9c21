import { judge, type JudgedTask, lastErrors } from '../../../../scripts/domain/swarm/judge-tasks';
import { digest } from '../../../support/release-documents';

const image = `registry.example.org/web:2@${digest('b')}`;
const older = `registry.example.org/web:1@${digest('a')}`;
const since = new Date('2026-11-03T12:00:00.500Z');
const BEFORE = '2026-11-03T12:00:00.123456789Z';
const AFTER = '2026-11-03T12:00:01.123456789Z';

interface TaskSays {
  state?: string;
  desired?: string;
  image?: string;
  slot?: number;
  created?: string;
  at?: string;
  err?: string;
  code?: number;
  pid?: number;
  fingerprint?: string;
}

let made = 0;

/** A task as the engine describes it: by default one that runs as it should. */
function task(says: TaskSays = {}): JudgedTask {
  const {
    state = 'running',
    desired = 'running',
    created = AFTER,
    at = created,
    slot = 1,
    err,
    code,
    pid,
    fingerprint,
  } = says;
  const labels = fingerprint === undefined ? {} : { Labels: { 'slipway.fingerprint': fingerprint } };
  return {
    ID: `task-${++made}`,
    Slot: slot,
    CreatedAt: created,
    DesiredState: desired,
    Spec: { ContainerSpec: { Image: says.image ?? image, ...labels } },
    Status: {
      ...{ State: state, Timestamp: at },
      ...(err !== undefined && { Err: err }),
      ContainerStatus: { ...(code !== undefined && { ExitCode: code }), ...(pid !== undefined && { PID: pid }) },
    },
  };
}

/** A task that ended by itself. */
function ended(says: TaskSays = {}): JudgedTask {
  return task({ state: 'failed', desired: 'shutdown', err: 'task: non-zero exit (1)', code: 1, ...says });
}

const WAITING = { ready: false };
const UNPLACEABLE = 'no suitable node (scheduling constraints not satisfied on 1 node)';

describe('tasks of a service', () => {
  it.each([
    ['all run', 2, [task({ slot: 1 }), task({ slot: 2 })], true],
    ['none run and none should', 0, [], true],
    ['one is missing', 2, [task()], false],
    ['there are none', 1, [], false],
    ['one has a process', 1, [task({ pid: 8205 })], true],
    ['one has ended well before it was healthy', 1, [task({ pid: 0, code: 0 })], false],
    ['one is still starting', 2, [task(), task({ slot: 2, state: 'starting' })], false],
    ['one waits for a place', 1, [task({ state: 'pending' })], false],
    ['one is too many', 1, [task({ slot: 1 }), task({ slot: 2 })], false],
    ['one should still end', 0, [task()], false],
    ['the older one runs', 1, [task({ image: older })], false],
    ['the older one runs beside it', 1, [task(), task({ image: older })], false],
    ['the older one is about to start again', 1, [task(), task({ image: older, state: 'ready' })], false],
    ['the older one finishes its requests', 1, [task(), task({ image: older, desired: 'shutdown' })], true],
    ['the older one has ended', 1, [task(), task({ image: older, desired: 'shutdown', state: 'shutdown' })], true],
    ['one that failed was replaced', 1, [ended(), task()], true],
    ['only the tag is right', 1, [task({ image: image.replace(digest('b'), digest('c')) })], false],
  ] as [string, number, JudgedTask[], boolean][])('are judged when %s', (_, replicas, tasks, ready) => {
    expect(judge(tasks, { image, replicas }, since)).toEqual({ ready });
  });

  it('with another fingerprint are older ones, whatever their image', () => {
    const before = task({ fingerprint: 'one' });
    const wanted = { image, replicas: 1, fingerprint: 'two' };
    expect(judge([before], wanted, since)).toEqual(WAITING);
    expect(judge([task({ fingerprint: 'two' })], wanted, since)).toEqual({ ready: true });
    expect(judge([task()], wanted, since)).toEqual(WAITING);
    expect(judge([before], { image, replicas: 1 }, since)).toEqual({ ready: true });
  });
});

describe('tasks that will never be what they should', () => {
  it.each([
    ['crash again and again', [ended(), ended(), task({ state: 'starting' })], 'task: non-zero exit (1)'],
    [
      'end well again and again',
      [1, 2].map(() => ended({ state: 'complete', err: '', code: 0 })),
      'a task ended with exit code 0',
    ],
    [
      'are ended for their memory',
      [1, 2].map(() => ended({ err: 'task: non-zero exit (137)', code: 137 })),
      'task: non-zero exit (137)',
    ],
    [
      'are unhealthy again and again',
      [1, 2].map(() => ended({ err: 'task: non-zero exit (143): dockerexec: unhealthy container' })),
      'unhealthy container',
    ],
    ['have no image', [ended({ state: 'rejected', err: `No such image: ${image}` })], 'No such image'],
    ['may not pull', [ended({ state: 'rejected', err: 'pull access denied for web' })], 'pull access denied'],
    ['fit on no node', [task({ state: 'pending', err: UNPLACEABLE })], UNPLACEABLE],
    [
      'are for another processor',
      [task({ state: 'pending', err: 'no suitable node (unsupported platform on 1 node)' })],
      'unsupported platform',
    ],
  ] as [string, JudgedTask[], string][])('%s', (_, tasks, reason) => {
    const verdict = judge(tasks, { image, replicas: 1 }, since);
    expect(verdict.ready).toBe(false);
    expect(verdict.failing).toContain(reason);
  });

  it('say what happened last', () => {
    const tasks = [
      ended({ at: '2026-11-03T12:00:09Z', err: 'the latest' }),
      ended({ at: '2026-11-03T12:00:02Z', err: 'the first' }),
    ];
    expect(judge(tasks, { image, replicas: 1 }, since).failing).toBe('the latest');
  });
});

describe('tasks that may still become what they should', () => {
  it.each([
    ['crashed once', [ended(), task({ state: 'starting' })]],
    ['crashed once each', [ended({ slot: 1 }), ended({ slot: 2 }), task({ state: 'starting' })]],
    ['crashed before this was begun', [ended({ created: BEFORE }), ended({ created: BEFORE })]],
    ['are stopped, not crashed', [1, 2].map(() => task({ state: 'shutdown', desired: 'shutdown' }))],
    ['crashed as another image', [ended({ image: older }), ended({ image: older })]],
    ['wait for memory', [task({ state: 'pending', err: 'no suitable node (insufficient resources on 1 node)' })]],
    ['wait for a node', [task({ state: 'pending', err: 'no suitable node (1 node not available for new tasks)' })]],
    [
      'wait for memory on the node that they fit on',
      [task({ state: 'pending', err: `${UNPLACEABLE.slice(0, -1)}; insufficient resources on 1 node)` })],
    ],
    [
      'fitted on no node, and are no longer wanted',
      [task({ state: 'pending', desired: 'shutdown', err: UNPLACEABLE })],
    ],
  ] as [string, JudgedTask[]][])('%s', (_, tasks) => {
    expect(judge(tasks, { image, replicas: 2 }, since)).toEqual(WAITING);
  });
});

describe('the errors of tasks', () => {
  it('come once each, the latest last', () => {
    const tasks = ['3 c', '1 a', '2 b', '4 a'].map(text =>
      ended({ err: text.slice(2), at: `2026-11-03T12:00:0${text.charAt(0)}Z` }),
    );
    expect(lastErrors([...tasks, task()])).toEqual(['b', 'c', 'a']);
  });

  it('are five at most, the latest ones', () => {
    const tasks = [1, 2, 3, 4, 5, 6, 7].map(second => ended({ err: `e${second}`, at: `2026-11-03T12:00:0${second}Z` }));
    expect(lastErrors(tasks)).toEqual(['e3', 'e4', 'e5', 'e6', 'e7']);
  });

  it('are one line each, also where Docker has no words', () => {
    expect(lastErrors([ended({ err: 'a\n  b\t\n' })])).toEqual(['a b']);
    expect(lastErrors([ended({ state: 'complete', err: '', code: 3 })])).toEqual(['a task ended with exit code 3']);
    expect(lastErrors([task({ state: 'pending', err: UNPLACEABLE })])).toEqual([UNPLACEABLE]);
    expect(lastErrors([task(), task({ state: 'shutdown' })])).toEqual([]);
  });
});
