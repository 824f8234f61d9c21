import { deploy } from '../../../../scripts/commands/deploy/deploy';
import { promote, type PromoteOptions } from '../../../../scripts/commands/deploy/promote';
import { CommandWorld } from '../../../support/command-world';
import { commit } from '../../../support/deploy-world';
import type { FakeOptions } from '../../../support/fake-project';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

const OPTIONS: PromoteOptions = { from: 'dev', to: 'prod', yes: true, override: [] };
const run = (options: Partial<PromoteOptions> = {}, fake: FakeOptions = {}) =>
  world.run(promote({ ...OPTIONS, ...options }, world.application), fake);
const release = (environment: string, version: string) =>
  world.run(deploy({ environment, version, skipOlder: false, yes: true, override: [] }, world.application));
const written = (node: readonly string[]) => node.filter(line => line.endsWith(': apply'));

describe('a promotion', () => {
  test('brings the very image, under the same name', async () => {
    await release('dev', '202611.2');
    const { code, context, node } = await run();
    expect([code, written(node)]).toEqual([0, ['prod: apply']]);
    const [from, to] = ['dev', 'prod'].map(name => world.releases.get(name)!);
    expect(to!.stack.services['web']?.image).toBe(from!.stack.services['web']?.image);
    expect(to!.manifest).toMatchObject({ stack: 'webshop-prod', version: '202611.2', commit: commit('b'), by: 'Anna' });
    const digest = to!.stack.services['web']!.image.split('@')[1];
    expect(context.printed).toEqual([`dev and prod serve the same image: ${digest}`]);
    const facts = { from: 'dev', to: 'prod', version: '202611.2', commit: commit('b'), digest };
    expect(context.objects).toEqual([{ command: 'promote', ...facts }]);
  });

  test('is only looked at with --dry-run', async () => {
    await release('dev', '202611.2');
    const { code, context, node } = await run({ yes: false }, { dryRun: true });
    expect([code, written(node)]).toEqual([0, []]);
    expect(context.printed).toEqual([
      expect.stringMatching(/^would promote 202611\.2 from dev to prod \(sha256:\w{64}\)$/),
    ]);
    expect(context.objects).toMatchObject([{ command: 'promote', dryRun: true, version: '202611.2' }]);
  });

  test.each<[string, Partial<PromoteOptions>, string]>([
    ['to itself', { to: 'dev' }, 'dev is promoted to itself; name two environments'],
    [
      'from nowhere',
      { from: 'test' },
      'environment is "test", allowed is one of prod, dev; run `npx cdktf list` to see the stacks',
    ],
    [
      'to nowhere',
      { to: 'test' },
      'environment is "test", allowed is one of prod, dev; run `npx cdktf list` to see the stacks',
    ],
  ])('%s is refused before anybody is asked', async (_what, options, message) => {
    const { context: _, ...ended } = await run(options);
    expect(ended).toEqual({ code: 2, message, node: [] });
  });

  test('of nothing is refused with 9', async () => {
    const { code, message } = await run();
    expect([code, message]).toEqual([9, 'dev serves nothing yet; deploy to it first: slipway deploy dev <version>']);
  });

  test.each<[string, () => void, RegExp]>([
    [
      'is not healthy',
      () => (world.status = { dirty: ['web was changed by hand'] }),
      /^refused: dev: web was changed by hand; /,
    ],
    ['does not answer with it', () => (world.serves = '202611.1'), /^refused: dev does not serve 202611\.2: https:/],
  ])('of what %s is refused with 9; production is not asked', async (_what, harm, message) => {
    await release('dev', '202611.2');
    harm();
    const ended = await run();
    expect(ended).toMatchObject({ code: 9, message: expect.stringMatching(message) as string });
    expect(ended.node.filter(line => line.startsWith('prod'))).toEqual([]);
  });

  test('of what is older than what production serves is refused with 9', async () => {
    await release('dev', '202611.1');
    await release('prod', '202611.2');
    const { code, message, node } = await run();
    expect(code).toBe(9);
    expect(message).toMatch(/^refused: 202611\.1 is older than 202611\.2 \(bbbbbbb\), which is live/);
    expect(written(node)).toEqual([]);
  });

  test('without a terminal needs --yes', async () => {
    await release('dev', '202611.2');
    const { code, message, node } = await run({ yes: false });
    expect([code, message]).toEqual([2, 'nobody can be asked without a terminal; add --yes to agree to everything']);
    expect(written(node)).toEqual([]);
  });
});
