import { ExitCode } from '../../../scripts/domain/exit-code';
import { renderRelease } from '../../../scripts/domain/deploy/render-release';
import { promotable } from '../../../scripts/release/promote';
import { commit, DeployWorld, REPOSITORY, SHOP } from '../../support/deploy-world';
import { outcomeOf } from '../../support/outcome';
import { digest } from '../../support/release-documents';

let world: DeployWorld;
beforeEach(() => {
  world = new DeployWorld();
  world.serve(
    renderRelease(SHOP.swarm, {
      ...{ stack: 'webshop-dev', environment: 'dev', version: '202611.3', commit: commit('b'), by: 'anna' },
      ...{ image: `${REPOSITORY}:git-commit-bbbbbbb@${digest('b')}`, registry: 'registry.example.org' },
    }),
  );
});

const LIVE = { version: '202611.3', commit: commit('b'), digest: digest('b'), healthy: true };
const ask = (expected?: string, guards: string[] = [], why?: string) =>
  promotable({ ...world.environment, name: 'dev' }, SHOP, { guards, ...(why !== undefined && { why }) }, expected);
const ended = (...words: Parameters<typeof ask>) => outcomeOf(ask(...words).then(() => ExitCode.Done));

describe('what may be taken over', () => {
  test('is what serves, healthy and seen from outside', async () => {
    expect(await ask()).toEqual(LIVE);
    expect(await ask(digest('b'))).toEqual(LIVE);
    expect(world.acts).toEqual(['verify 202611.3', 'verify 202611.3']);
  });

  test('is nothing before the first release', async () => {
    world.status = { ...world.status, version: null, commit: null };
    expect(await ended()).toEqual({
      code: 9,
      message: 'dev serves nothing yet; deploy to it first: slipway deploy dev <version>',
    });
  });

  test('is not what somebody has put in its place, whatever is overridden', async () => {
    expect(await ended(digest('a'), ['unhealthy'], 'fire')).toEqual({
      code: 9,
      message: `dev was changed since it was checked: it serves 202611.3 (${digest('b')}), not ${digest('a')}`,
    });
  });

  test('is not an image that is none of ours', async () => {
    const services = world.status.services.map(one => ({
      ...one,
      image: `registry.example.org/other:1@${digest('b')}`,
    }));
    world.status = { ...world.status, services };
    expect(await ended()).toEqual({
      code: 9,
      message: `dev serves no image of ${REPOSITORY}; deploy all of it first: slipway deploy dev 202611.3`,
    });
  });

  test('is not a mixture of two releases', async () => {
    const [web] = world.status.services;
    const old = { ...web!, service: 'worker', image: `${REPOSITORY}:git-commit-aaaaaaa@${digest('a')}` };
    world.status = { ...world.status, services: [old, web!] };
    expect(await ended()).toEqual({
      code: 9,
      message: `dev serves more than one image of ${REPOSITORY}; deploy all of it first: slipway deploy dev 202611.3`,
    });
  });

  test('is not unhealthy, with every reason; unless that is overridden', async () => {
    world.status = { ...world.status, dirty: ['web was changed by hand'], unfinished: { state: 'paused' } };
    world.fail('verify');
    const { code, message } = await ended();
    expect(code).toBe(9);
    expect(message).toMatch(
      /^refused: dev: web was changed by hand; dev: a release there is paused; verify does not work; .*--override unhealthy/,
    );
    expect(await ask(undefined, ['unhealthy'], 'fire')).toEqual({ ...LIVE, healthy: false });
  });
});
