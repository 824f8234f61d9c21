import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadLevel, rollback, type RollbackOptions } from '../../../../scripts/commands/deploy/rollback';
import type { SwarmMigrations } from '../../../../stacks/swarm/application';
import type { ReleaseRecord } from '../../../../scripts/domain/release/history';
import { CommandWorld } from '../../../support/command-world';
import type { FakeOptions } from '../../../support/fake-project';

let world: CommandWorld;
/** How far the database says that it is. */
const level = jest.fn<ReturnType<ReadLevel>, Parameters<ReadLevel>>();
beforeEach(async () => {
  world = await CommandWorld.open();
  world.records = [record(3, 5), record(2, 4), record(1, 3)];
  mkdirSync(join(world.root, 'migrations'));
  for (const seq of [1, 2, 3, 4, 5, 6]) {
    const file = (name: string) => join(world.root, 'migrations', `(${seq}) drop${name}.sql`);
    writeFileSync(file(''), `-- phase: contract\nALTER TABLE t${seq} DROP COLUMN c;\n`);
    writeFileSync(file('.rollback'), `ALTER TABLE t${seq} ADD COLUMN c INT;\n`);
  }
  level.mockReset().mockResolvedValue(5);
});
afterEach(() => world.close());

/** A good release of the version `202611.<n>`. */
function record(n: number, migrationLevel: number): Partial<ReleaseRecord> {
  return {
    n,
    version: `202611.${n}`,
    verb: 'apply',
    result: 'done',
    from: null,
    images: { web: `${n}` },
    migrationLevel,
  };
}

const OPTIONS: RollbackOptions = { environment: 'prod', override: [], json: false };
const run = (
  options: Partial<RollbackOptions> = {},
  fake: FakeOptions = {},
  migrations: SwarmMigrations | undefined = {},
) => {
  const { swarm, ...rest } = world.application;
  const application = { ...rest, swarm: { ...swarm!, migrations } };
  const action = rollback({ ...OPTIONS, ...options }, application, level);
  return world.run(action, { env: { CIRCLE_USERNAME: 'anna' }, ...fake });
};
const RECORDS = 'prod: releases --limit 200 --stack webshop-prod --json';

describe('the way back', () => {
  test('to the release before is what the one after it brought along', async () => {
    const { code, node } = await run();
    expect([code, node]).toEqual([0, [RECORDS, 'prod: rollback --by anna']]);
  });

  test('is refused with 9 where a later release took what it needs, and says how far the schema has to go back', async () => {
    const { code, message, node } = await run({ target: '202611.1' });
    expect(code).toBe(9);
    expect(message).toMatch(
      /^refused: \(5\) drop\.sql took from the schema what 202611\.1 needs; type slipway migrate down prod --to 4 first; .*--override schema/,
    );
    expect(node).toEqual([RECORDS]);
  });

  test('is taken where that is set aside, which is recorded, and then nobody is asked first', async () => {
    const { code, node } = await run({ target: '#1', override: ['schema'], reason: 'the shop is down' });
    const reason = 'schema%20overridden%3A%20the%20shop%20is%20down';
    expect([code, node]).toEqual([0, [`prod: rollback #1 --by anna --reason ${reason}`]]);
  });

  test('is taken where somebody has walked the schema back', async () => {
    level.mockResolvedValue(4);
    const { code, node } = await run({ target: '202611.1' });
    expect([code, node.at(-1)]).toEqual([0, 'prod: rollback 202611.1 --by anna']);
    expect(level).toHaveBeenCalledTimes(1);
  });

  test('is refused as well where the database does not answer, which is asked only when the records object', async () => {
    level.mockRejectedValue(new Error('no answer'));
    const { code, context } = await run({ target: '202611.1' });
    expect([code, context.logged]).toEqual([9, ['the database does not say how far its schema is: no answer']]);
    level.mockClear();
    expect(await run()).toMatchObject({ code: 0 });
    expect(level).not.toHaveBeenCalled();
  });

  test("is not let through by the environment's database where the stack is a guest with one of its own", async () => {
    level.mockResolvedValue(4);
    const { code } = await run({ target: '202611.1', stack: 'webshop-prod-dev' });
    expect([code, level.mock.calls]).toEqual([9, []]);
  });

  test('asks for no migration where there is no file', async () => {
    mkdirSync(join(world.root, 'elsewhere'));
    const { code, node } = await run({ target: '202611.1' }, {}, { folder: 'elsewhere' });
    expect([code, node]).toEqual([0, [RECORDS, 'prod: rollback 202611.1 --by anna']]);
  });

  test('asks for no schema that is none of ours', async () => {
    const action = rollback({ ...OPTIONS, target: '202611.1', by: 'anna' }, world.application, level);
    expect(await world.run(action)).toMatchObject({ code: 0, node: ['prod: rollback 202611.1 --by anna'] });
  });

  test('is on the stack that is named', async () => {
    const { node } = await run({ stack: 'webshop-prod-dev' });
    expect(node).toEqual([
      'prod: releases --limit 200 --stack webshop-prod-dev --json',
      'prod: rollback --stack webshop-prod-dev --by anna',
    ]);
  });

  test('is only looked at with --dry-run', async () => {
    const { code, node, context } = await run({}, { dryRun: true });
    expect([code, node]).toEqual([0, [RECORDS]]);
    expect(context.printed).toEqual([expect.stringMatching(/^would ask the node of prod: rollback --by /)]);
  });

  test.each<[string, Partial<RollbackOptions>, number, RegExp]>([
    [
      'a release that never was',
      { target: '202611.9' },
      9,
      /^no good release 202611\.9; available: 202611\.2 \(#2\), 202611\.1 \(#1\)/,
    ],
    ['what is live', { target: '202611.3' }, 9, /^202611\.3 is live already; /],
    ['an override without a reason', { override: ['schema'] }, 2, /^--override needs a reason for the record; /],
    [
      'an override of nothing',
      { override: ['everything'], reason: 'x' },
      2,
      /^--override is "everything", allowed is one of /,
    ],
    [
      'an environment that nobody knows',
      { environment: 'test' },
      2,
      /^environment is "test", allowed is one of prod, dev; /,
    ],
  ])('is not taken: %s', async (_what, options, code, message) => {
    const ended = await run(options);
    expect(ended).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(ended.node.filter(line => line.includes(': rollback'))).toEqual([]);
  });

  test.each([5, 6, 7, 9])('ends as the node ends: %d', async code => {
    world.override = ([verb]) => (verb === 'rollback' ? { code } : undefined);
    expect(await run()).toMatchObject({ code, message: '' });
  });
});
