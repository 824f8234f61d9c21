import { deploy } from '../../../../scripts/commands/deploy/deploy';
import { diff, type DiffOptions } from '../../../../scripts/commands/deploy/diff';
import { CommandWorld } from '../../../support/command-world';
import { commit } from '../../../support/deploy-world';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

const release = (version: string) =>
  world.run(deploy({ environment: 'dev', version, skipOlder: false, yes: false, override: [] }, world.application));

describe('diff', () => {
  const between = (options: Partial<DiffOptions> = {}) =>
    world.run(diff({ environment: 'dev', from: '202611.1', to: '202611.2', ...options }, world.application));

  test('names commits, images and the schema of two releases', async () => {
    await release('202611.1');
    const one = world.releases.get('dev')!;
    await release('202611.2');
    const two = world.releases.get('dev')!;
    const of = (level: number | undefined, { manifest, ...rest }: typeof one) => ({
      ...rest,
      manifest: { ...manifest, ...(level !== undefined && { migrationLevel: level }) },
    });
    world.override = ([verb, target]) =>
      verb === 'show'
        ? { stdout: JSON.stringify({ release: target === '202611.1' ? of(undefined, one) : of(4, two) }) }
        : undefined;
    const known = world.git;
    world.git = (command, options) =>
      command[1] === 'log' ? { stdout: `${command.at(-1)}\n` } : known(command, options);
    const { code, node, context } = await between();
    expect(code).toBe(0);
    expect(node).toEqual([
      ...['dev: show 202611.1 --stack webshop-dev --json', 'dev: show 202611.2 --stack webshop-dev --json'],
    ]);
    expect(context.printed).toEqual([
      'dev: 202611.1 -> 202611.2',
      `  commit ${commit('a')}..${commit('b')}`,
      expect.stringMatching(/^ {2}web: image /),
      '  schema: not recorded -> 4',
    ]);
    expect(context.objects).toMatchObject([
      { command: 'diff', from: '202611.1', to: '202611.2', schema: { from: null, to: 4 } },
    ]);
  });

  test.each<[string, Partial<DiffOptions>, number, string]>([
    ['where nothing was released', {}, 9, 'dev has no release yet'],
    [
      'in an environment that nobody knows',
      { environment: 'test' },
      2,
      'environment is "test", allowed is one of prod, dev; ',
    ],
  ])('%s', async (_what, options, code, message) => {
    expect(await between(options)).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});
