import { deploy } from '../../../../scripts/commands/deploy/deploy';
import { smoke } from '../../../../scripts/commands/deploy/smoke';
import { CommandWorld } from '../../../support/command-world';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

const release = (version: string) =>
  world.run(deploy({ environment: 'dev', version, skipOlder: false, yes: false, override: [] }, world.application));

describe('smoke', () => {
  const look = (version?: string, environment = 'dev') =>
    world.run(smoke({ environment, ...(version !== undefined && { version }) }, world.application));

  test('asks what the check names, and says of each that it passed', async () => {
    await release('202611.2');
    const { code, node, context } = await look('202611.2');
    expect([code, node]).toEqual([0, []]);
    expect(context.printed).toEqual(['pass  dev.example.org /healthz', 'pass  dev.example.org version']);
    expect(context.objects).toMatchObject([{ command: 'smoke', environment: 'dev', passed: true }]);
    expect((await look()).context.printed).toEqual(['pass  dev.example.org /healthz']);
  });

  test('ends with 5 where something is wrong, and says what', async () => {
    await release('202611.1');
    const { code, context } = await look('202611.2');
    expect(code).toBe(5);
    expect(context.printed).toEqual([
      'pass  dev.example.org /healthz',
      'FAIL  dev.example.org version   /version says version "202611.1", wanted is 202611.2',
    ]);
    expect(context.objects).toMatchObject([
      { passed: false, checks: [{}, { what: 'version', fault: expect.any(String) }] },
    ]);
  });

  test('knows only the environments that there are', async () => {
    expect(await look(undefined, 'test')).toMatchObject({ code: 2, message: expect.stringContaining('"test"') });
  });
});
