import { ciCheck } from '../../../scripts/commands/ci-check';
import type { Application } from '../../../stacks/environments/application';
import { CircleciServer } from '../../support/circleci-server';
import { outcomeOf } from '../../support/outcome';
import { recordingContext } from '../../support/recording-context';

const application: Application = {
  versions: { scheme: 'YYYYMM.N' },
  image: {
    repository: 'registry.example.org/webshop',
    login: { username: 'webshop', password: { env: 'REGISTRY_TOKEN' } },
  },
  ci: { project: 'gh/example-org/webshop', token: { env: 'CIRCLE_TOKEN' } },
};

const COMPLETE = {
  'slipway-plan': ['AWS_ROLE_ARN', 'GITHUB_TOKEN'],
  'slipway-release': ['REGISTRY_TOKEN'],
  'slipway-deploy-prod': ['AWS_ROLE_ARN', 'DEPLOY_KEY'],
  'slipway-deploy-dev': ['AWS_ROLE_ARN', 'DEPLOY_KEY', 'SOMETHING_ELSE'],
  'of-another-project': ['AWS_SECRET'],
};

describe('slipway ci check', () => {
  let circleci: CircleciServer;
  beforeEach(async () => {
    circleci = await CircleciServer.start();
    circleci.contexts = COMPLETE;
  });
  afterEach(() => circleci.stop());

  async function run(token = 'personal-token', configured = application) {
    const context = recordingContext({ env: { CIRCLE_TOKEN: token, CIRCLECI_API_URL: circleci.url } });
    const outcome = await outcomeOf(ciCheck(configured)(context));
    return { ...outcome, text: context.printed.join('\n'), objects: context.objects };
  }

  test('ends with 0 when all is there', async () => {
    const { code, text } = await run();
    expect(code).toBe(0);
    expect(text).toBe(
      [
        'slipway-plan: has AWS_ROLE_ARN, GITHUB_TOKEN',
        'slipway-release: has REGISTRY_TOKEN',
        'slipway-deploy-prod: has AWS_ROLE_ARN, DEPLOY_KEY',
        'slipway-deploy-dev: has AWS_ROLE_ARN, DEPLOY_KEY',
      ].join('\n'),
    );
    expect(circleci.asked).not.toContain('GET /context/id-of-of-another-project/environment-variable');
  });

  test('lists what is missing, by context, and ends with 10', async () => {
    circleci.contexts = {
      'slipway-plan': ['AWS_ROLE_ARN'],
      'slipway-release': [],
      'slipway-deploy-prod': COMPLETE['slipway-deploy-prod'],
    };
    const { code, text, objects } = await run();
    expect(code).toBe(10);
    expect(text).toBe(
      [
        'slipway-plan: has AWS_ROLE_ARN',
        '  missing: GITHUB_TOKEN (may write comments of pull requests)',
        'slipway-release: has none of what it needs',
        '  missing: REGISTRY_TOKEN (the token of the image registry)',
        'slipway-deploy-prod: has AWS_ROLE_ARN, DEPLOY_KEY',
        'slipway-deploy-dev: there is no such context',
        '  missing: AWS_ROLE_ARN (the role that deploys dev)',
        '  missing: DEPLOY_KEY (private key of the account deploy on the node of dev)',
      ].join('\n'),
    );
    expect(objects).toMatchObject([{ command: 'ci check', complete: false }]);
  });

  test('a context that needs nothing must be there all the same: the pipeline names it', async () => {
    const { image, ...without } = application;
    expect(image).toBeDefined();
    circleci.contexts = { ...COMPLETE, 'slipway-release': [] };
    expect((await run('personal-token', without)).text).toContain('slipway-release: needs no variable');
    const { 'slipway-release': gone, ...others } = COMPLETE;
    expect(gone).toBeDefined();
    circleci.contexts = others;
    expect((await run('personal-token', without)).code).toBe(10);
  });

  test('reads all pages', async () => {
    circleci.pageSize = 1;
    expect((await run()).code).toBe(0);
  });

  test('a token that is refused is not shown', async () => {
    const { code, message } = await run('wrong-token');
    expect([code, message]).toEqual([
      2,
      "CircleCI answered 401 to GET context: You must log in first.; check `ci` and its token's rights",
    ]);
  });

  test.each([
    [
      { versions: application.versions },
      /^slipway ci check needs `ci` in stacks\/environments\/application\.ts; add it$/,
    ],
    [
      { ...application, ci: { ...application.ci!, project: 'example-org/webshop' } },
      /^ci\.project is "example-org\/webshop", allowed is a slug; write it like gh\/example-org\/webshop$/,
    ],
  ])('says what the data lacks: %#', async (configured, expected) => {
    const { code, message } = await run('personal-token', configured);
    expect([code, message]).toEqual([2, expect.stringMatching(expected)]);
  });
});
