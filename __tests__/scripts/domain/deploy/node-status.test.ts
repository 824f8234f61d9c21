import { liveRelease, type NodeStatus, unhealthy } from '../../../../scripts/domain/deploy/node-status';
import { digest } from '../../../support/release-documents';

const REPOSITORY = 'registry.example.org/shop';
const COMMIT = 'c'.repeat(40);

type Service = NodeStatus['services'][number];

const web = (more: Partial<Service> = {}): Service => ({
  ...{ service: 'web', role: 'live', running: 2, wanted: 2 },
  image: `${REPOSITORY}:git-commit-ccccccc@${digest('a')}`,
  ...more,
});

const status = (more: Partial<NodeStatus> = {}): NodeStatus => ({
  ...{ stack: 'webshop-prod', version: '202611.3', commit: COMMIT, dirty: [], migrationLevel: 3 },
  services: [web()],
  ...more,
});

describe('what is live', () => {
  it('is nothing before the first release', () => {
    expect(liveRelease(status({ version: null, commit: null }), REPOSITORY)).toBeUndefined();
  });

  it("is the application's own image, and neither what is kept of the release before nor another one", () => {
    const services = [
      web({ service: 'cache', image: `registry.example.org/cache:7@${digest('e')}` }),
      web({ service: 'proxy', image: `${REPOSITORY}-proxy:1@${digest('f')}` }),
      web({ role: 'kept', image: `${REPOSITORY}:git-commit-bbbbbbb@${digest('b')}` }),
      web(),
    ];
    const live = { version: '202611.3', commit: COMMIT, digest: digest('a'), healthy: true };
    expect(liveRelease(status({ services }), REPOSITORY)).toEqual(live);
  });

  it('may be named by its digest alone', () => {
    const services = [web({ image: `${REPOSITORY}@${digest('d')}` })];
    expect(liveRelease(status({ services }), REPOSITORY)).toMatchObject({ digest: digest('d') });
  });

  it('is not healthy when anything is wrong with it', () => {
    expect(liveRelease(status({ dirty: ['web was changed by hand'] }), REPOSITORY)).toMatchObject({ healthy: false });
  });
});

test.each<[string, Partial<NodeStatus>, string[]]>([
  ['all is well', {}, []],
  ['something was changed by hand', { dirty: ['web was changed by hand'] }, ['web was changed by hand']],
  ['a release has not ended', { unfinished: { state: 'paused' } }, ['a release there is paused']],
  ['a task is missing', { services: [web({ running: 1 })] }, ['web runs 1 of 2 tasks']],
  ['a task of what is kept is missing', { services: [web(), web({ role: 'kept', running: 0 })] }, []],
])('%s', (_what, more, expected) => {
  expect(unhealthy(status(more))).toEqual(expected);
});
