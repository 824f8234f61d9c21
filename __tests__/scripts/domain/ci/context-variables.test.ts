import { contextVariables } from '../../../../scripts/domain/ci/context-variables';
import type { Application } from '../../../../stacks/environments/application';

const application: Application = {
  versions: { scheme: 'YYYYMM.N' },
  image: {
    repository: 'registry.example.org/webshop',
    login: { username: 'webshop', password: { env: 'REGISTRY_TOKEN' } },
  },
  guards: { github: { repository: 'example-org/webshop', token: { env: 'GITHUB_READ_TOKEN' } } },
  notify: { webhook: { command: ['pass', 'slack'] } },
  cdn: { token: { env: 'REGISTRY_TOKEN' }, zones: [] },
};

const of = (context: string, from = application) =>
  contextVariables(from, [{ name: 'prod' }, { name: 'dev' }])
    .find(one => one.context === context)
    ?.variables.map(({ name }) => name);

describe('the variables of the contexts', () => {
  test('a release needs what the data takes from variables, each once', () => {
    expect(of('slipway-release')).toEqual(['REGISTRY_TOKEN', 'GITHUB_READ_TOKEN']);
  });

  test('a release without secrets needs none', () => {
    expect(of('slipway-release', { versions: { scheme: 'YYYYMM.N' } })).toEqual([]);
  });

  test.each(['slipway-deploy-prod', 'slipway-deploy-dev'])('%s has a role and a key', context => {
    expect(of(context)).toEqual(['AWS_ROLE_ARN', 'DEPLOY_KEY']);
  });

  test('a plan has a role and may comment', () => {
    expect(of('slipway-plan')).toEqual(['AWS_ROLE_ARN', 'GITHUB_TOKEN']);
  });
});
