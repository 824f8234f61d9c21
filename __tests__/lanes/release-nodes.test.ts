import type { Worker } from '../../scripts/rehearsal/swarm-lab/worker';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { RELEASE_MS, SwarmWorld } from '../support/swarm-world';

/** The lab's second node runs tasks, but no visitor reaches them there; what the public gets stays on the first one. */
const ON_THE_FIRST = {
  deploy: { resources: { limits: { memory: '128M' } }, placement: { constraints: ['node.role == manager'] } },
};
const QUICK = { watchSeconds: 1, drainSeconds: 1 };

let world: SwarmWorld;
let worker: Worker;

beforeAll(async () => {
  if (SWARM_LANE.missing !== undefined) return;
  world = await SwarmWorld.start();
  worker = await world.lab.addWorker();
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

describe('a swarm of two nodes', () => {
  SWARM_LANE.test(
    'has the image on both before anything is started',
    async () => {
      const image = await world.lab.pushVersion('1.0.0');
      await expect(world.release('1.0.0', { image, web: ON_THE_FIRST, manifest: QUICK })).resolves.toMatchObject({
        code: 0,
      });
      const digest = image.slice(image.indexOf('sha256:'));
      await expect(worker.docker('images', '--digests', '--format', '{{.Digest}}')).resolves.toContain(digest);
      // What pulled it there is gone.
      await expect(world.services()).resolves.toEqual(['webshop-prod_web-blue']);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'of which one cannot pull stops the release before any task changes',
    async () => {
      await expect(world.release('2.0.0', { web: ON_THE_FIRST, manifest: QUICK })).resolves.toMatchObject({ code: 0 });
      const before = await world.lab.docker('service', 'ps', '--quiet', ...(await world.services()));
      await worker.refusePulls();
      const refused = await world.release('2.1.0', { web: ON_THE_FIRST, manifest: QUICK });
      expect(refused).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/image \S+2\.1\.0\S+ cannot be pulled: node /),
      });
      expect(refused.stderr).not.toContain('start:');
      await expect(world.lab.docker('service', 'ps', '--quiet', ...(await world.services()))).resolves.toBe(before);
      await worker.allowPulls();
      await expect(world.release('2.1.0', { web: ON_THE_FIRST, manifest: QUICK })).resolves.toMatchObject({ code: 0 });
    },
    RELEASE_MS,
  );
});
