import { deploy } from '../../../../scripts/commands/deploy/deploy';
import { hotfixDeploy, type HotfixDeployOptions } from '../../../../scripts/commands/deploy/hotfix-deploy';
import { CommandWorld } from '../../../support/command-world';
import { commit } from '../../../support/deploy-world';
import type { FakeOptions } from '../../../support/fake-project';

let world: CommandWorld;
let branch: string;
let pushed: string;
beforeEach(async () => {
  world = await CommandWorld.open();
  [branch, pushed] = ['hotfix/202611.1b', commit('b')];
  const known = world.git;
  world.git = (command, options) => {
    const [, verb, ...words] = command;
    if (verb === 'symbolic-ref') return { stdout: `${branch}\n` };
    if (verb === 'ls-remote') return { stdout: `${pushed}\trefs/heads/hotfix/202611.1b\n` };
    if (verb === 'rev-parse' && words[0] === 'HEAD') return { stdout: `${commit('b')}\n` };
    return known(command, options);
  };
});
afterEach(() => world.close());

const OPTIONS: HotfixDeployOptions = { yes: true, override: [] };
const run = (options: Partial<HotfixDeployOptions> = {}, fake: FakeOptions = {}) =>
  world.run(hotfixDeploy({ ...OPTIONS, ...options }, world.application), fake);
const live = () =>
  world.run(
    deploy({ environment: 'prod', version: '202611.1', skipOlder: false, yes: true, override: [] }, world.application),
  );

describe('a hotfix', () => {
  test('is only looked at with --dry-run', async () => {
    await live();
    const { code, context, node } = await run({}, { dryRun: true });
    expect([code, node]).toEqual([0, ['prod: status --stack webshop-prod --json']]);
    expect(context.printed).toEqual(['would build bbbbbbb and bring 202611.1b into 202611.1 of prod']);
    expect(context.objects).toEqual([
      {
        ...{ command: 'hotfix deploy', dryRun: true, environment: 'prod', version: '202611.1b' },
        ...{ commit: commit('b'), from: '202611.1' },
      },
    ]);
    expect(context.shell.written).toEqual([]);
  });

  test('is brought into what runs, from the image of its commit', async () => {
    await live();
    const { code, node, context } = await run();
    expect([code, node.at(-1)]).toEqual([0, 'prod: apply']);
    const facts = { version: '202611.1b', commit: commit('b') };
    expect(world.releases.get('prod')?.manifest).toMatchObject({ ...facts, by: 'Anna' });
    const digest = world.digestOf('git-commit-bbbbbbb');
    expect(world.digestOf('202611.1b')).toBe(digest);
    expect(context.printed.at(-1)).toBe('prod serves 202611.1b; when all is well: slipway hotfix finish');
    const result = { command: 'hotfix deploy', environment: 'prod', ...facts, digest, from: '202611.1' };
    expect(context.objects).toEqual([result]);
    expect(context.shell.commands.filter(line => line.startsWith('docker'))).toEqual([]);
  });

  test.each<[string, () => void, Partial<HotfixDeployOptions>, number, string]>([
    [
      'on another branch',
      () => (branch = 'master'),
      {},
      9,
      'master is no hotfix branch; type `slipway hotfix start <release>`',
    ],
    [
      'that nobody else can see',
      () => (pushed = commit('a')),
      {},
      9,
      'hotfix/202611.1b is not pushed; type `slipway hotfix push`',
    ],
    [
      'of nothing',
      () => undefined,
      {},
      9,
      'prod runs no release that could be mended; use slipway deploy prod <version>',
    ],
    [
      'of an environment that nobody knows',
      () => undefined,
      { environment: 'test' },
      2,
      'environment is "test", allowed is one of ',
    ],
  ])('%s is refused', async (_what, change, options, code, message) => {
    change();
    const ended = await run(options);
    expect(ended).toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(ended.context.shell.written).toEqual([]);
  });

  test('needs an environment where the data names none', async () => {
    const { environments: _, ...application } = world.application;
    const { code, message } = await world.run(hotfixDeploy(OPTIONS, application));
    expect([code, message]).toEqual([2, 'no environment is named; type slipway hotfix deploy <env>']);
  });

  test('without a terminal needs --yes', async () => {
    await live();
    const { code, node } = await run({ yes: false });
    expect([code, node.at(-1)]).toEqual([2, expect.not.stringContaining('apply')]);
  });
});
