import { deploy } from '../../../../scripts/commands/deploy/deploy';
import { diff } from '../../../../scripts/commands/deploy/diff';
import { planRelease } from '../../../../scripts/commands/deploy/plan-release';
import { smoke } from '../../../../scripts/commands/deploy/smoke';
import { CommandWorld } from '../../../support/command-world';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

describe('what is not configured', () => {
  test.each([
    ['deploy', deploy({ environment: 'dev', version: '1', skipOlder: false, yes: false, override: [] })],
    ['plan', planRelease({ environment: 'dev', version: '1' })],
    ['diff', diff({ environment: 'dev', from: '1' })],
    ['smoke', smoke({ environment: 'dev' })],
  ])('%s has no image to work with', async (_verb, action) => {
    const { code, message, node } = await world.run(action);
    expect([code, message]).toEqual([2, 'nothing can be deployed; add `image` to stacks/environments/application.ts']);
    expect(node).toEqual([]);
  });

  test.each([
    ['that is not there', 'missing.json', /^SLIPWAY_INVENTORY cannot be read: .*; unset it, or correct it$/],
    [
      'that is none',
      'cdktf.out/manifest.json',
      /manifest\.json: stacks is "prod", allowed is only outputs, hostKey, .*; write it anew/,
    ],
  ])('an inventory %s', async (_what, file, expected) => {
    const env = { SLIPWAY_INVENTORY: file };
    const { code, message, node } = await world.run(
      planRelease({ environment: 'dev', version: '1' }, world.application),
      { env },
    );
    expect([code, message, node]).toEqual([2, expect.stringMatching(expected), []]);
  });
});
