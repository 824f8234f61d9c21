import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { InvalidValueError } from '../../constructs/invalid-value';
import { constructId } from '../../constructs/node-vault/construct-id';
import { NodeVault, type NodeVaultProps } from '../../constructs/node-vault/node-vault';
import { RELEASE_PROGRAM, RELEASE_PROGRAM_SHA256 } from '../support/release-program';
import { Template } from '../support/template';

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: unknown;
  }[];
}

const props: NodeVaultProps = {
  name: 'webshop-prod',
  bucketName: 'example-org-webshop-prod-node',
  parameterPath: '/webshop/prod',
  secrets: ['database-url', 'app-key'],
  releaseProgram: RELEASE_PROGRAM,
  protect: true,
};

const withProps = (changed: Partial<NodeVaultProps> = {}) =>
  Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    const vault = new NodeVault(stack, 'NodeVault', { ...props, ...changed });
    vault.grantNode(new IamRole(stack, 'Role', { assumeRolePolicy: '{}' }));
  });

const statements = (template: Template) =>
  (JSON.parse(String(template.only('aws_iam_role_policy')['policy'])) as Policy).Statement;

describe('NodeVault', () => {
  test('keeps files in a private, versioned bucket', () => {
    const template = withProps();
    expect(template.only('aws_s3_bucket')).toMatchObject({
      bucket: 'example-org-webshop-prod-node',
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(template.only('aws_s3_bucket_public_access_block')).toMatchObject({ restrict_public_buckets: true });
    expect(template.only('aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    });
  });

  test('makes one encrypted parameter a secret', () => {
    const parameters = withProps().resources('aws_ssm_parameter');
    expect(parameters.map(({ values }) => values['name'])).toEqual([
      '/webshop/prod/secrets/app-key',
      '/webshop/prod/secrets/database-url',
    ]);
    for (const { values } of parameters) {
      expect(values).toMatchObject({ type: 'SecureString', lifecycle: { prevent_destroy: true } });
    }
  });

  test('no secret may be written again or read back by Terraform', () => {
    const parameters = withProps().resources('aws_ssm_parameter');
    expect(parameters).toHaveLength(2);
    for (const { values } of parameters) {
      expect(values).toMatchObject({ value_wo: 'not-set', value_wo_version: 1 });
      expect(values).not.toHaveProperty('value');
      expect(values).not.toHaveProperty('insecure_value');
      expect(values).not.toHaveProperty('overwrite');
    }
  });

  test('without protection a destroy leaves nothing', () => {
    const template = withProps({ protect: false, secrets: [] });
    expect(template.only('aws_s3_bucket')).toMatchObject({ force_destroy: true });
    expect(template.resources('aws_ssm_parameter')).toEqual([]);
    const lifecycles = withProps({ protect: false })
      .resources()
      .flatMap(({ values }) => values['lifecycle'] ?? []);
    for (const lifecycle of lifecycles) expect(lifecycle).not.toHaveProperty('prevent_destroy');
  });

  test('hands out its names as they were given', () => {
    Template.of(stack => {
      new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
      const vault = new NodeVault(stack, 'NodeVault', props);
      expect(vault.bucketName).toBe('example-org-webshop-prod-node');
      expect(vault.parameterPath).toBe('/webshop/prod');
    });
  });

  test('lets the node read and write its four folders, and read programs and its parameters, and nothing else', () => {
    const template = withProps();
    const bucket = `\${${template.resources('aws_s3_bucket')[0]?.address}.arn}`;
    const account = `\${data.${template.dataSources('aws_caller_identity')[0]?.address}.account_id}`;
    const region = `\${data.${template.dataSources('aws_region')[0]?.address}.id}`;
    const parameters = `arn:aws:ssm:${region}:${account}:parameter/webshop/prod`;
    const folders = ['certificates/*', 'release/*', 'records/*', 'nodes/*'];
    expect(statements(template)).toEqual([
      {
        Sid: 'ListNames',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: bucket,
        Condition: { StringLike: { 's3:prefix': folders } },
      },
      {
        Sid: 'UseObjects',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: folders.map(folder => `${bucket}/${folder}`),
      },
      {
        Sid: 'ReadPrograms',
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: `${bucket}/programs/*`,
      },
      {
        Sid: 'ReadParameters',
        Effect: 'Allow',
        Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
        Resource: ['/secrets', '/secrets/*', '/mail', '/mail/*'].map(end => `${parameters}${end}`),
      },
    ]);
  });

  test('lets the node read the secrets of its guests too', () => {
    const template = withProps({ guestPaths: ['/webshop/staging'] });
    const read = statements(template).find(({ Sid }) => Sid === 'ReadParameters')?.Resource as string[];
    expect(read.map(resource => resource.split(':parameter')[1])).toEqual([
      ...['/secrets', '/secrets/*', '/mail', '/mail/*'].map(end => `/webshop/prod${end}`),
      ...['/secrets', '/secrets/*', '/mail', '/mail/*'].map(end => `/webshop/staging${end}`),
    ]);
    expect(template.resources('aws_ssm_parameter')).toHaveLength(2);
    expect(() => withProps({ guestPaths: ['staging'] })).toThrow(/^parameter path is "staging", allowed/);
  });

  test('holds the release program under its checksum, made before the one that it replaces goes', () => {
    expect(withProps().only('aws_s3_object')).toMatchObject({
      key: `programs/deploy-${RELEASE_PROGRAM_SHA256}`,
      source: expect.stringMatching(new RegExp(`^assets/.*/${RELEASE_PROGRAM_SHA256}/stand-in-program$`)),
      lifecycle: { create_before_destroy: true },
    });
  });

  test('fails when the release program has no interpreter', () => {
    expect(() => withProps({ releaseProgram: __filename })).toThrow(InvalidValueError);
    expect(() => withProps({ releaseProgram: __filename })).toThrow(/^first line of the release program is "import/);
  });

  test('gives each of several roles its own policy', () => {
    const template = Template.of(stack => {
      new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
      const vault = new NodeVault(stack, 'NodeVault', props);
      for (const id of ['Blue', 'Green']) vault.grantNode(new IamRole(stack, id, { assumeRolePolicy: '{}' }));
    });
    expect(template.resources('aws_iam_role_policy').map(({ values }) => String(values['role']))).toEqual([
      expect.stringContaining('aws_iam_role.Blue'),
      expect.stringContaining('aws_iam_role.Green'),
    ]);
  });

  test.each(['', 'Database', 'database_url', '-key', 'key-', 'a--b', '2fa', 'a/b', '*'])(
    'fails when a secret is named %j',
    secret => {
      expect(() => withProps({ secrets: ['app-key', secret] })).toThrow(InvalidValueError);
      expect(() => withProps({ secrets: ['app-key', secret] })).toThrow(
        /^secret name is .*; write it like database-url$/,
      );
    },
  );

  test.each([
    ['app-key', 'app-key'],
    ['key-2', 'key2'],
  ])('fails when secrets are named %s and %s', (...secrets) => {
    expect(() => withProps({ secrets })).toThrow(InvalidValueError);
    expect(() => withProps({ secrets })).toThrow(/^secret name is .*each name once/);
  });

  test.each([
    '',
    '/',
    'webshop/prod',
    '/webshop/prod/',
    '/web shop',
    '/webshop//prod',
    '/aws/prod',
    '/SSM',
    '/webshop/*',
  ])('fails when the parameter path is %j', parameterPath => {
    expect(() => withProps({ parameterPath })).toThrow(InvalidValueError);
    expect(() => withProps({ parameterPath })).toThrow(/^parameter path is .*; write it like \/webshop\/prod$/);
  });

  test('fails when the parameter path leaves no level for the secrets', () => {
    expect(() => withProps({ parameterPath: '/x'.repeat(13) })).not.toThrow();
    expect(() => withProps({ parameterPath: '/x'.repeat(14) })).toThrow(/^parameter path is .*13 levels at most/);
  });
});

describe('constructId', () => {
  test.each([
    ['database-url', 'DatabaseUrl'],
    ['key', 'Key'],
    ['webshop-prod-node', 'WebshopProdNode'],
    ['a-b', 'AB'],
    ['ab', 'Ab'],
  ])('of %s is %s', (name, id) => expect(constructId(name)).toBe(id));
});
