import { deploy } from '../../../../scripts/commands/deploy/deploy';
import { planRelease } from '../../../../scripts/commands/deploy/plan-release';
import { CommandWorld } from '../../../support/command-world';
import { commit } from '../../../support/deploy-world';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

const release = (version: string) =>
  world.run(deploy({ environment: 'dev', version, skipOlder: false, yes: false, override: [] }, world.application));

describe('plan', () => {
  const plan = (version = '202611.2', environment = 'dev') =>
    world.run(planRelease({ environment, version }, world.application));

  test('says what a release would do, ends with 10, and does nothing', async () => {
    await release('202611.1');
    const { code, node, context } = await plan();
    expect(code).toBe(10);
    expect(node).toEqual([
      ...['dev: status --stack webshop-dev --json', 'dev: show --stack webshop-dev --json', 'dev: plan --json'],
    ]);
    expect(context.printed).toEqual([
      expect.stringMatching(/^dev: 202611\.1 -> 202611\.2 \(bbbbbbb, sha256:\w{64}\)$/),
      expect.stringMatching(/^ {2}web: image shop:git-commit-aaaaaaa@.* -> shop:git-commit-bbbbbbb@/),
      '  secret app-key has another value',
      '  starts anew: web',
    ]);
    expect(context.objects).toMatchObject([
      {
        command: 'plan',
        exitCode: 10,
        version: '202611.2',
        commit: commit('b'),
        migrations: { before: [], after: [] },
      },
    ]);
    expect(context.shell.written).toEqual([]);
  });

  test('ends with 0 where nothing would change', async () => {
    await release('202611.2');
    world.plan = { services: [], gone: [], secrets: [] };
    const { code, context } = await plan();
    expect([code, context.printed.at(-1)]).toEqual([0, '  no changes']);
  });

  test('counts a service that only goes', async () => {
    await release('202611.2');
    world.plan = { services: [], gone: ['worker'], secrets: [] };
    const { code, context } = await plan();
    expect([code, context.printed.at(-1)]).toEqual([10, '  starts no task']);
  });

  test('refuses what deploy would refuse', async () => {
    expect(await plan('202611.9')).toMatchObject({ code: 9 });
    expect(await plan('202611.2', 'test')).toMatchObject({
      code: 2,
      message: expect.stringContaining('allowed is one of'),
    });
    world.override = ([verb]) => (verb === 'plan' ? { code: 9, stderr: 'deploy: too little memory\n' } : undefined);
    expect(await plan()).toMatchObject({ code: 9, message: 'too little memory' });
  });
});
