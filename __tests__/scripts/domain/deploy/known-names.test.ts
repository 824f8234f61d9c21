import { assertKnownNames } from '../../../../scripts/domain/deploy/known-names';
import type { SwarmApplication, SwarmDifferences } from '../../../../stacks/swarm/application';

const service = { deploy: { resources: { limits: { memory: '128M' } } } };
const application: SwarmApplication = {
  services: { web: service, worker: service },
  routes: { web: { port: 8080 } },
  check: { path: '/healthz' },
};
const judged = (environments?: Record<string, SwarmDifferences>) => () =>
  assertKnownNames({ ...application, ...(environments && { environments }) }, ['prod', 'dev']);

describe('what differs by environment', () => {
  test('may be nothing, or of services and environments that there are', () => {
    expect(judged()).not.toThrow();
    expect(judged({ prod: { replicas: { worker: 2 }, variables: { web: { MODE: 'safe' } } }, dev: {} })).not.toThrow();
  });

  test.each<[string, Record<string, SwarmDifferences>, string]>([
    ['an environment', { prd: {} }, 'environments in stacks/swarm has "prd", allowed are prod, dev; correct it'],
    [
      'a service with a number of tasks',
      { prod: { replicas: { wroker: 2 } } },
      'environments.prod.replicas in stacks/swarm has "wroker", allowed are web, worker; correct it',
    ],
    [
      'a service with variables',
      { dev: { variables: { wbe: {} } } },
      'environments.dev.variables in stacks/swarm has "wbe", allowed are web, worker; correct it',
    ],
  ])('is refused when there is no such thing: %s', (_what, environments, message) => {
    expect(judged(environments)).toThrow(message);
  });
});
