import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { CiAccess, type CiAccessProps } from '../../constructs/ci-access/ci-access';
import { InvalidValueError } from '../../constructs/invalid-value';
import { Template, type Values } from '../support/template';

const ORGANIZATION = '11111111-1111-4111-8111-111111111111';
const PROJECT = '22222222-2222-4222-8222-222222222222';
const USER = '33333333-3333-4333-8333-333333333333';
const REPOSITORY = 'github.com/example-org/webshop';
const ACCOUNT = '123456789012';

const minimal: CiAccessProps = {
  name: 'webshop',
  organizationId: ORGANIZATION,
  projectId: PROJECT,
  repository: REPOSITORY,
  environments: [
    { name: 'prod', branch: 'production', domain: 'example.org' },
    { name: 'dev', branch: 'master', domain: 'dev.example.org' },
  ],
  region: 'eu-central-1',
  bucketPrefix: 'example-org-webshop',
  stateBucketArn: 'arn:aws:s3:::example-org-state',
};

const withProps = (props: Partial<CiAccessProps> = {}) =>
  Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    new CiAccess(stack, 'Ci', { ...minimal, ...props });
  });

type OneOrMany = string | readonly string[];

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

const list = (value: OneOrMany | undefined) => (typeof value === 'string' ? [value] : (value ?? []));

/** A policy as AWS will see it, with the account id that only AWS knows. */
const asApplied = (policy: unknown) =>
  String(policy).replaceAll(/\$\{data\.aws_caller_identity\.\w+\.account_id\}/g, ACCOUNT);

const statementsIn = (policy: unknown) => (JSON.parse(asApplied(policy)) as { Statement: Statement[] }).Statement;

/** IAM's patterns: `*` is any text, `?` any one character. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(text);
}

const someMatch = (patterns: OneOrMany | undefined, text: string) =>
  list(patterns).some(pattern => matches(pattern, text));

/** Whether a statement speaks about this action on this resource; conditions are left aside. */
function concerns(statement: Statement, action: string, resource: string): boolean {
  const onResource = statement.NotResource
    ? !someMatch(statement.NotResource, resource)
    : someMatch(statement.Resource, resource);
  return someMatch(statement.Action, action) && onResource;
}

const allows = (statements: readonly Statement[], action: string, resource: string) =>
  statements.some(one => one.Effect === 'Allow' && concerns(one, action, resource)) &&
  !denies(statements, action, resource);

const denies = (statements: readonly Statement[], action: string, resource: string) =>
  statements.some(one => one.Effect === 'Deny' && !one.Condition && concerns(one, action, resource));

const template = withProps();

const rolesByName = (from: Template) =>
  new Map(from.resources('aws_iam_role').map(({ values }) => [String(values['name']), values]));

function deployStatements(environment: string): Statement[] {
  return template
    .resources('aws_iam_policy')
    .filter(({ values }) => String(values['name']).startsWith(`webshop-ci-deploy-${environment}-`))
    .flatMap(({ values }) => statementsIn(values['policy']));
}

const planStatements = statementsIn(template.only('aws_iam_role_policy')['policy']);
const prod = deployStatements('prod');
const dev = deployStatements('dev');

const sidOf = (statements: readonly Statement[], sid: string) => {
  const found = statements.find(one => one.Sid === sid);
  if (!found) throw new Error(`no statement ${sid}`);
  return found;
};

/** Whether CircleCI's token would be let in as this role. */
function admits(role: Values | undefined, repository: string, ref: string, audience = ORGANIZATION, project = PROJECT) {
  const subject = `org/${ORGANIZATION}/project/${project}/user/${USER}/vcs-origin/${repository}/vcs-ref/${ref}`;
  const [statement] = statementsIn(role?.['assume_role_policy']);
  const issuer = `oidc.circleci.com/org/${ORGANIZATION}`;
  return (
    statement?.Condition?.['StringEquals']?.[`${issuer}:aud`] === audience &&
    someMatch(statement.Condition['StringLike']?.[`${issuer}:sub`], subject)
  );
}

describe('who gets in', () => {
  const roles = rolesByName(template);
  const [plan, deployProd, deployDev] = ['plan', 'deploy-prod', 'deploy-dev'].map(role =>
    roles.get(`webshop-ci-${role}`),
  );

  test('there is a role to plan and one to deploy each environment, all through CircleCI', () => {
    expect([...roles.keys()].sort()).toEqual(['webshop-ci-deploy-dev', 'webshop-ci-deploy-prod', 'webshop-ci-plan']);
    expect(template.only('aws_iam_openid_connect_provider')).toMatchObject({
      url: `https://oidc.circleci.com/org/${ORGANIZATION}`,
      client_id_list: [ORGANIZATION],
    });
    for (const role of roles.values()) {
      expect(statementsIn(role['assume_role_policy'])).toMatchObject([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: expect.stringContaining('aws_iam_openid_connect_provider.') as string },
        },
      ]);
    }
  });

  test('each branch as the environment that it deploys', () => {
    expect(admits(deployProd, REPOSITORY, 'refs/heads/production')).toBe(true);
    expect(admits(deployDev, REPOSITORY, 'refs/heads/master')).toBe(true);
    expect(admits(deployProd, REPOSITORY, 'refs/heads/master')).toBe(false);
    expect(admits(deployProd, REPOSITORY, 'refs/heads/feature/production')).toBe(false);
    expect(admits(deployProd, REPOSITORY, 'refs/heads/production2')).toBe(false);
    expect(admits(deployProd, REPOSITORY, 'refs/tags/production')).toBe(false);
  });

  test('tags that fit the pattern of an environment, and nothing that only looks like one', () => {
    const [environment] = minimal.environments;
    const tagged = rolesByName(withProps({ environments: [{ ...environment!, tags: '20????.*' }] }));
    const role = tagged.get('webshop-ci-deploy-prod');
    expect(admits(role, REPOSITORY, 'refs/heads/production')).toBe(true);
    expect(admits(role, REPOSITORY, 'refs/tags/202611.3b')).toBe(true);
    expect(admits(role, REPOSITORY, 'refs/tags/before-202611.3')).toBe(false);
    expect(admits(role, REPOSITORY, 'refs/heads/202611.3')).toBe(false);
    expect(admits(role, REPOSITORY, `refs/heads/x/vcs-origin/${REPOSITORY}/vcs-ref/refs/tags/202611.3`)).toBe(false);
    expect(admits(deployProd, REPOSITORY, 'refs/tags/202611.3')).toBe(false);
  });

  test('any branch and tag to plan', () => {
    expect(admits(plan, REPOSITORY, 'refs/heads/feature/new-menu')).toBe(true);
    expect(admits(plan, REPOSITORY, 'refs/tags/2026.11.1')).toBe(true);
  });

  test('no fork, no other project and no other organization', () => {
    for (const role of [plan, deployProd, deployDev]) {
      expect(admits(role, 'github.com/somebody/webshop', 'refs/heads/production')).toBe(false);
      expect(admits(role, REPOSITORY, 'refs/heads/production', 'another-audience')).toBe(false);
      expect(admits(role, REPOSITORY, 'refs/heads/master', ORGANIZATION, USER)).toBe(false);
    }
  });

  test('no branch or repository that is named after the rest of the pattern', () => {
    const disguise = `vcs-origin/${REPOSITORY}/vcs-ref/refs/heads`;
    expect(admits(deployProd, REPOSITORY, `refs/heads/x/${disguise}/production`)).toBe(false);
    expect(admits(deployProd, 'github.com/somebody/webshop', `refs/heads/x/${disguise}/production`)).toBe(false);
    expect(admits(plan, 'github.com/somebody/webshop', `refs/heads/x/${disguise}/any`)).toBe(false);
  });
});

describe('the plan role', () => {
  const vault = 'arn:aws:s3:::example-org-webshop-prod-node/certificates/acme.json';
  const parameter = (name: string) => `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/${name}`;

  test('reads what AWS calls read-only, and the states', () => {
    expect(template.named('aws_iam_role_policy_attachment', 'Ci_Plan_ReadOnly')).toMatchObject({
      policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    });
    expect(allows(planStatements, 's3:GetObject', 'arn:aws:s3:::example-org-state/prod.tfstate')).toBe(true);
    expect(allows(planStatements, 's3:ListBucket', 'arn:aws:s3:::example-org-state')).toBe(true);
  });

  test('writes nothing, not even a lock', () => {
    const allowed = planStatements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => list(Action));
    expect(allowed.sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
  });

  test.each([
    ['s3:GetObject', vault],
    ['s3:GetObjectVersion', vault],
    ['s3:GetObject', 'arn:aws:s3:::example-org-webshop-prod-assets/uploads/passport.jpg'],
    ['s3:GetObject', 'arn:aws:s3:::example-org-webshop-prod-assets/uploads/programs/passport.jpg'],
    ['ssm:GetParameter', parameter('webshop/prod/secrets/database-url')],
    ['ssm:GetParameters', parameter('webshop/dev/secrets/app-key')],
    ['ssm:GetParameterHistory', parameter('webshop/prod/secrets/app-key')],
    ['ssm:GetParametersByPath', parameter('webshop/prod/secrets')],
    ['ssm:GetParametersByPath', parameter('webshop/prod')],
    ['ssm:GetParametersByPath', parameter('webshop')],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:rds!db-1`],
    ['sqs:ReceiveMessage', `arn:aws:sqs:eu-central-1:${ACCOUNT}:webshop-prod-mail-events`],
    ['rds:DownloadDBLogFilePortion', `arn:aws:rds:eu-central-1:${ACCOUNT}:db:webshop-prod-mysql`],
  ])('is denied %s on %s', (action, resource) => {
    expect(denies(planStatements, action, resource)).toBe(true);
  });

  test.each([
    ['ssm:GetParametersByPath', parameter('webshop/zones')],
    ['ssm:GetParameter', 'arn:aws:ssm:eu-central-1::parameter/aws/service/debian/release/13/latest/amd64'],
    ['s3:GetBucketPolicy', 'arn:aws:s3:::example-org-webshop-prod-node'],
    ['s3:GetObject', 'arn:aws:s3:::example-org-webshop-prod-node/programs/deploy-0a'],
    ['s3:GetObjectTagging', 'arn:aws:s3:::example-org-webshop-prod-node/programs/deploy-0a'],
  ])('is not denied %s on %s, which a plan asks for', (action, resource) => {
    expect(denies(planStatements, action, resource)).toBe(false);
  });
});

describe('a deploy role', () => {
  const state = 'arn:aws:s3:::example-org-state';

  test('keeps its own state with its lock, and no other', () => {
    expect(allows(dev, 's3:GetObject', `${state}/dev.tfstate`)).toBe(true);
    expect(allows(dev, 's3:PutObject', `${state}/dev.tfstate`)).toBe(true);
    expect(allows(dev, 's3:DeleteObject', `${state}/dev.tfstate.tflock`)).toBe(true);
    expect(allows(dev, 's3:DeleteObject', `${state}/dev.tfstate`)).toBe(false);
    for (const other of ['prod', 'account']) {
      expect(allows(dev, 's3:GetObject', `${state}/${other}.tfstate`)).toBe(false);
      expect(allows(dev, 's3:PutObject', `${state}/${other}.tfstate`)).toBe(false);
      expect(allows(dev, 's3:DeleteObject', `${state}/${other}.tfstate.tflock`)).toBe(false);
    }
  });

  test.each([
    ['iam:CreateRole', 'iam::ACCOUNT:role/webshop-ENV-node'],
    ['iam:PassRole', 'iam::ACCOUNT:role/webshop-ENV-node'],
    ['iam:CreateInstanceProfile', 'iam::ACCOUNT:instance-profile/webshop-ENV-node'],
    ['iam:CreateAccessKey', 'iam::ACCOUNT:user/service/webshop-ENV-smtp'],
    ['rds:DeleteDBInstance', 'rds:eu-central-1:ACCOUNT:db:webshop-ENV-mysql'],
    ['rds:RestoreDBInstanceFromDBSnapshot', 'rds:eu-central-1:ACCOUNT:snapshot:webshop-ENV-mysql-final-sg-1'],
    ['ssm:PutParameter', 'ssm:eu-central-1:ACCOUNT:parameter/webshop/ENV/mail/sender'],
    ['ssm:GetParameter', 'ssm:eu-central-1:ACCOUNT:parameter/webshop/ENV/secrets/app-key'],
    ['s3:DeleteBucket', 's3:::example-org-webshop-ENV-assets'],
    ['s3:GetObject', 's3:::example-org-webshop-ENV-node/release/current'],
    ['sns:DeleteTopic', 'sns:eu-central-1:ACCOUNT:webshop-ENV-mail-events'],
    ['sqs:DeleteQueue', 'sqs:eu-central-1:ACCOUNT:webshop-ENV-mail-events'],
    ['cloudwatch:DeleteAlarms', 'cloudwatch:us-east-1:ACCOUNT:alarm:webshop-ENV-site-down'],
    ['logs:DeleteLogGroup', 'logs:eu-central-1:ACCOUNT:log-group:/aws/rds/instance/webshop-ENV-mysql/error'],
    ['ses:DeleteConfigurationSet', 'ses:eu-central-1:ACCOUNT:configuration-set/webshop-ENV-mail'],
  ])('may %s in its own environment only', (action, pattern) => {
    const resource = (environment: string) =>
      `arn:aws:${pattern.replace('ACCOUNT', ACCOUNT).replace('ENV', environment)}`;
    expect(allows(dev, action, resource('dev'))).toBe(true);
    expect(allows(dev, action, resource('prod'))).toBe(false);
    expect(allows(prod, action, resource('prod'))).toBe(true);
    expect(allows(prod, action, resource('dev'))).toBe(false);
  });

  test('writes records of its own domain only, also into the zone above', () => {
    const names = (statements: readonly Statement[]) =>
      sidOf(statements, 'WildcardOwnRecords').Condition?.['ForAllValues:StringLike']?.[
        'route53:ChangeResourceRecordSetsNormalizedRecordNames'
      ];
    expect(someMatch(names(dev), 'dev.example.org')).toBe(true);
    expect(someMatch(names(dev), 'www.dev.example.org')).toBe(true);
    expect(someMatch(names(dev), 'example.org')).toBe(false);
    expect(someMatch(names(dev), 'www.example.org')).toBe(false);
    expect(someMatch(names(prod), '_dmarc.example.org')).toBe(true);
    expect(allows(dev, 'ses:DeleteEmailIdentity', `arn:aws:ses:eu-central-1:${ACCOUNT}:identity/example.org`)).toBe(
      false,
    );
  });

  test('passes roles to instances only', () => {
    expect(sidOf(dev, 'PassRolesToInstances').Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    });
  });

  test('is kept from what carries the tag of another environment', () => {
    expect(sidOf(dev, 'WildcardOtherEnvironments')).toMatchObject({
      Effect: 'Deny',
      Action: ['ec2:*', 'rds:*'],
      Condition: {
        Null: { 'aws:ResourceTag/Environment': 'false' },
        StringNotEquals: { 'aws:ResourceTag/Environment': 'dev' },
      },
    });
    expect(sidOf(dev, 'WildcardNetworkAndNode').Condition).toEqual({
      StringEquals: { 'aws:RequestedRegion': 'eu-central-1' },
    });
    expect(sidOf(dev, 'WildcardReachNode').Condition?.['StringEquals']).toEqual({
      'aws:ResourceTag/Environment': 'dev',
    });
  });

  test.each([
    ['iam:UpdateAssumeRolePolicy', `arn:aws:iam::${ACCOUNT}:role/webshop-ci-deploy-prod`],
    ['iam:PutRolePolicy', `arn:aws:iam::${ACCOUNT}:role/webshop-ci-plan`],
    ['iam:CreatePolicyVersion', `arn:aws:iam::${ACCOUNT}:policy/webshop-ci-deploy-dev-guards`],
    ['iam:DeleteOpenIDConnectProvider', `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.circleci.com/org/${ORGANIZATION}`],
    ['s3:DeleteBucket', state],
    ['s3:PutBucketPolicy', state],
    ['s3:PutBucketVersioning', state],
    ['s3:DeleteObjectVersion', `${state}/prod.tfstate`],
  ])('is denied %s on %s', (action, resource) => {
    for (const statements of [prod, dev]) expect(denies(statements, action, resource)).toBe(true);
  });
});

describe('policies', () => {
  const longNames = withProps({
    name: 'a'.repeat(20),
    bucketPrefix: 'b'.repeat(40),
    stateBucketArn: `arn:aws:s3:::${'c'.repeat(63)}`,
    environments: [{ name: 'e'.repeat(20), branch: 'production', domain: `${'d'.repeat(63)}.example.org` }],
  });

  test.each([
    ['as they are', template],
    ['with long names', longNames],
  ])('fit into what IAM takes, %s', (_, from) => {
    const managed = from.resources('aws_iam_policy');
    expect(managed.length).toBeGreaterThan(0);
    for (const { values } of managed) expect(asApplied(values['policy']).length).toBeLessThanOrEqual(6144);
    const inline = from.resources('aws_iam_role_policy');
    for (const { values } of inline) expect(asApplied(values['policy']).length).toBeLessThanOrEqual(10_240);
    const attached = from.resources('aws_iam_role_policy_attachment').map(({ values }) => String(values['role']));
    for (const role of attached) expect(attached.filter(one => one === role).length).toBeLessThanOrEqual(10);
  });

  test('every wildcard has a name that says so, every statement one of its own', () => {
    for (const statements of [planStatements, prod, dev]) {
      const sids = statements.map(({ Sid }) => Sid);
      expect(new Set(sids).size).toBe(sids.length);
      // `*` behind a name is a prefix; `*` in place of one is everything.
      const wild = statements.filter(
        ({ Action, Resource }) =>
          list(Action).some(action => action.includes('*')) ||
          list(Resource).some(arn => arn === '*' || /:(hostedzone|key|instance-connect-endpoint)\/\*$/.test(arn)),
      );
      expect(wild.map(({ Sid }) => Sid).filter(sid => !sid.startsWith('Wildcard'))).toEqual([]);
      expect(sids.filter(sid => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    }
  });

  test('no policy allows everything of a service that has names, except of own buckets', () => {
    const broad = [...prod, ...dev].filter(
      ({ Effect, Action }) => Effect === 'Allow' && list(Action).some(action => /^[a-z0-9-]+:\*$|^\*$/.test(action)),
    );
    expect(new Set(broad.map(({ Sid }) => Sid))).toEqual(new Set(['WildcardOwnBuckets']));
  });
});

describe('fails', () => {
  const environment = { name: 'prod', branch: 'production', domain: 'example.org' };

  test.each<[string, Partial<CiAccessProps>, string]>([
    ['the project name has upper case', { name: 'Webshop' }, 'project name is "Webshop"'],
    ['the organization is a name', { organizationId: 'example-org' }, 'circleci organization id is "example-org"'],
    ['the project is a pattern', { projectId: '*' }, 'circleci project id is "*"'],
    ['the repository has no host', { repository: 'example-org/webshop' }, 'repository is "example-org/webshop"'],
    [
      'the repository is a pattern',
      { repository: 'github.com/example-org/*' },
      'repository is "github.com/example-org/*"',
    ],
    ['a branch is a pattern', { environments: [{ ...environment, branch: '*' }] }, 'deploy branch is "*"'],
    ['a branch has a question mark', { environments: [{ ...environment, branch: 'v?' }] }, 'deploy branch is "v?"'],
    ['tags are of nowhere', { environments: [{ ...environment, tags: '' }] }, 'deploy tags is ""'],
    ['tags leave their place', { environments: [{ ...environment, tags: 'v"*' }] }, 'deploy tags is "v\\"*"'],
    ['a branch is empty', { environments: [{ ...environment, branch: '' }] }, 'deploy branch is ""'],
    ['a domain is malformed', { environments: [{ ...environment, domain: '*.org' }] }, 'environment domain is "*.org"'],
    [
      'an environment is called like the roles of CI',
      { environments: [{ ...environment, name: 'ci' }] },
      'environment name is "ci"',
    ],
    [
      'an environment begins like the roles of CI',
      { environments: [{ ...environment, name: 'ci-x' }] },
      'environment name is "ci-x"',
    ],
    [
      'an environment is called like the account',
      { environments: [{ ...environment, name: 'account' }] },
      'environment name is "account"',
    ],
    [
      'an environment is called like the zones',
      { environments: [{ ...environment, name: 'zones' }] },
      'environment name is "zones"',
    ],
    [
      'an environment is called like a part of the name of the state bucket',
      { environments: [{ ...environment, name: 'terraform' }] },
      'environment name is "terraform"',
    ],
    [
      'one environment covers another',
      {
        environments: [
          { ...environment, name: 'dev' },
          { ...environment, name: 'dev-eu' },
        ],
      },
      'environment name is "dev", allowed is a name that no other environment begins with, as dev-eu does',
    ],
    ['an environment stands twice', { environments: [environment, { ...environment }] }, 'environment name is "prod"'],
    [
      'a role name gets too long',
      { environments: [{ ...environment, name: 'e'.repeat(47) }] },
      'role name is "webshop-ci-deploy-',
    ],
  ])('when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });

  test('not for a name as long as IAM allows, nor for words that only begin alike', () => {
    const name = 'e'.repeat(64 - 'webshop-ci-deploy-'.length);
    const environments = [
      { ...environment, name },
      { ...environment, name: 'dev' },
      { ...environment, name: 'devel' },
    ];
    expect(() => withProps({ environments })).not.toThrow();
  });
});
