import * as deployPorts from '../../../../scripts/commands/deploy/deploy-ports';
import { nodeDeployer } from '../../../../scripts/commands/deploy/node-deployer';
import { deployable } from '../../../../scripts/release/deploy';
import type { Deployer, DeployRequest } from '../../../../scripts/release/deployer';
import { CommandWorld } from '../../../support/command-world';
import { commit, lineage } from '../../../support/deploy-world';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

const use = (work: (deployer: Deployer) => Promise<unknown>, env: NodeJS.ProcessEnv = {}, report?: string) =>
  world.run(
    async context => {
      const app = deployable(world.application);
      const swarm = { ...app.swarm, migrations: { requireReport: ['prod'] } };
      await work(nodeDeployer(context, report === undefined ? app : { ...app, swarm }, report));
      return 0;
    },
    { env },
  );

const request = (letter: string, more: Partial<DeployRequest> = {}): DeployRequest => {
  const digest = world.digestOf(`git-commit-${letter.repeat(7)}`);
  return { ...{ environment: 'dev', version: '202612.1', commit: commit(letter), digest, by: 'anna' }, ...more };
};

describe('the part of a release on the nodes', () => {
  test('hands the image of the commit to the node, with who wants it and what was overridden', async () => {
    const wish = request('b', { environment: 'prod', reason: 'red-ci overridden: fire' });
    const { code } = await use(deployer => deployer.deploy(wish), { CIRCLE_BUILD_URL: 'https://ci.example.org/7' });
    expect(code).toBe(0);
    expect(world.releases.get('prod')?.manifest).toMatchObject({
      ...{ version: '202612.1', commit: commit('b'), by: 'anna' },
      ...{ reason: 'red-ci overridden: fire', runUrl: 'https://ci.example.org/7' },
    });
  });

  test('does not ask again what objects to the commit, but what production serves by now', async () => {
    const nowhere = lineage(['a', 'b', 'c'].map(commit));
    const known = world.git;
    // On no branch of the remote, which the release has asked before its tag was pushed.
    world.git = (command, options) => (command[1] === 'for-each-ref' ? { stdout: '' } : known(command, options));
    expect(await use(deployer => deployer.deploy(request('b', { environment: 'prod' })))).toMatchObject({ code: 0 });
    world.git = nowhere;
    const { code, message } = await use(deployer => deployer.deploy(request('a', { environment: 'prod' })));
    expect(code).toBe(9);
    expect(message).toMatch(/^refused: 202612\.1 is older than 202612\.1 \(bbbbbbb\), which is live/);
  });

  test('takes over what was checked, and nothing that came in between', async () => {
    await use(deployer => deployer.deploy(request('b')));
    const over = { ...request('b', { environment: 'prod' }), from: 'dev' };
    const { code, context } = await use(deployer => deployer.promote(over));
    expect(code).toBe(0);
    expect(context.logged.at(-1)).toBe(`dev and prod serve the same image: ${over.digest}`);
    await use(deployer => deployer.deploy(request('c')));
    const late = await use(deployer => deployer.promote(over));
    expect(late).toMatchObject({ code: 9, message: expect.stringMatching(/^dev was changed since it was checked: /) });
    expect(late.node.filter(line => line.startsWith('prod'))).toEqual([]);
  });

  test('shows what a clone has said of the migrations to the environments that want to know it, and to no other', async () => {
    const places = jest.spyOn(deployPorts, 'withDeployPorts').mockResolvedValue(undefined);
    await use(
      async deployer => {
        await deployer.deploy(request('b'));
        await deployer.promote({ ...request('b', { environment: 'prod' }), from: 'dev' });
      },
      {},
      'report.json',
    );
    const shown = places.mock.calls.map(([, , { environment, report }]) => [environment, report]);
    places.mockRestore();
    expect(shown).toEqual([
      ['dev', undefined],
      ['dev', undefined],
      ['prod', 'report.json'],
    ]);
  });

  test('says what an environment serves, and whether the public sees it', async () => {
    const status = () => new Promise(resolve => void use(deployer => deployer.status('dev').then(resolve)));
    expect(await status()).toBeUndefined();
    const { commit: of, digest, version } = request('b');
    await use(deployer => deployer.deploy(request('b')));
    expect(await status()).toEqual({ version, commit: of, digest, healthy: true });
    expect(await use(deployer => deployer.verify('dev', version))).toMatchObject({ code: 0 });
    expect(await use(deployer => deployer.verify('dev', '202612.2'))).toMatchObject({
      code: 5,
      message:
        'dev does not serve 202612.2: https://dev.example.org: /version says version "202612.1", wanted is 202612.2',
    });
  });
});
