import { CircleCi } from '../../../scripts/adapters/circleci';
import { buildByPipeline, type PipelineBuild } from '../../../scripts/release/pipeline-build';
import { CircleciServer } from '../../support/circleci-server';
import { outcomeOf } from '../../support/outcome';
import { VirtualClock } from '../../support/virtual-clock';

const COMMIT = '3209ce7d0d4f3f1a6b7c8d9e0f1a2b3c4d5e6f70';
const workflow = (status: string) => [{ name: 'build-on-demand', status }];
const PIPELINE = 'pipeline 42 (https://app.circleci.com/pipelines/gh/example-org/webshop/42)';

describe('an image that a pipeline builds', () => {
  let circleci: CircleciServer;
  beforeEach(async () => {
    circleci = await CircleciServer.start();
    circleci.progress = [[], workflow('running'), workflow('running'), workflow('success')];
  });
  afterEach(() => circleci.stop());

  async function run(overrides: Partial<PipelineBuild> = {}, onSleep?: (seconds: number) => void) {
    const logged: string[] = [];
    const aborted = new AbortController();
    const waits: number[] = [];
    const clock = new VirtualClock(seconds => {
      waits.push(seconds);
      onSleep?.(seconds);
      if (seconds > 3_000 && onSleep) aborted.abort();
    });
    const ports = {
      circleci: new CircleCi({ project: 'gh/example-org/webshop', token: 'personal-token', api: circleci.url }),
      clock,
      log: (line: string) => void logged.push(line),
      signal: aborted.signal,
    };
    const build = { version: '202611.3', commit: COMMIT, branch: 'master', timeoutMinutes: 60, ...overrides };
    const outcome = await outcomeOf(buildByPipeline(ports, build).then(() => 0));
    return { ...outcome, logged, waits, aborted };
  }

  test('is asked for with what the pipeline needs, and followed to its end', async () => {
    const { code, logged } = await run();
    expect(code).toBe(0);
    expect(circleci.started).toEqual([
      { branch: 'master', parameters: { action: 'build', version: '202611.3', commit: COMMIT } },
    ]);
    expect(logged).toEqual([
      `${PIPELINE} builds 3209ce7`,
      'pipeline 42: build-on-demand: running',
      'pipeline 42: build-on-demand: success',
    ]);
  });

  test('is asked after less and less often', async () => {
    circleci.progress = [...Array.from({ length: 12 }, () => workflow('running')), workflow('success')];
    const { waits } = await run();
    const between = waits.map((at, index) => at - (waits[index - 1] ?? 0));
    expect(between[0]).toBe(2);
    expect(between).toEqual([...between].sort((left, right) => left - right));
    expect(between.at(-1)).toBe(20);
  });

  test.each(['failed', 'error', 'canceled', 'unauthorized', 'not_run'])(
    'fails with 4 when it ends with %s',
    async end => {
      circleci.progress = [workflow('failing'), workflow(end)];
      const { code, message } = await run();
      expect([code, message]).toEqual([
        4,
        `${PIPELINE} has built no image: build-on-demand ended with ${end}; read its log`,
      ]);
    },
  );

  test('fails with 4 when CircleCI does not understand the configuration', async () => {
    circleci.errors = ['Cannot find a definition for command named prepare'];
    const { code, message } = await run();
    expect([code, message]).toEqual([
      4,
      `${PIPELINE} was not understood: Cannot find a definition for command named prepare; correct .circleci/config.yml`,
    ]);
  });

  test('fails with 4 when nothing begins', async () => {
    circleci.progress = [[]];
    const { code, message } = await run();
    expect([code, message]).toEqual([
      4,
      `${PIPELINE} runs nothing; is build-on-demand in .circleci/config.yml of master?`,
    ]);
  });

  test('fails with 4 when it does not end', async () => {
    circleci.progress = [workflow('running')];
    const { code, message } = await run({ timeoutMinutes: 5 });
    expect([code, message]).toEqual([4, `${PIPELINE} has not ended in 5 minutes; look at it, then build again`]);
  });

  test('goes on when CircleCI is busy or gone for a moment', async () => {
    const answers = [429, 500, 'hang up', 503] as const;
    const { code } = await run({}, seconds => {
      if (seconds === 2) circleci.troubles = [...answers];
    });
    expect([code, circleci.troubles]).toEqual([0, []]);
  });

  test('gives up when CircleCI stays away, and starts no second pipeline', async () => {
    const { code } = await run({}, seconds => {
      if (seconds === 2) circleci.troubles = Array.from({ length: 20 }, () => 503);
    });
    expect([code, circleci.started]).toEqual([4, [expect.anything()]]);
  });

  test('fails with 4 when it cannot be started', async () => {
    circleci.troubles = [403];
    const { code, message } = await run();
    expect([code, message]).toEqual([
      4,
      "CircleCI answered 403 to POST project/gh/example-org/webshop/pipeline: trouble; check `ci` and its token's rights",
    ]);
  });

  test('goes on without those who stop waiting', async () => {
    circleci.progress = [workflow('running')];
    const { code, message } = await run({ timeoutMinutes: 600 }, () => undefined);
    expect([code, message]).toEqual([
      4,
      `nobody waits for ${PIPELINE} any longer; it goes on, and what it pushes is found`,
    ]);
  });
});
