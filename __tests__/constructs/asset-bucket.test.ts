import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import { AssetBucket, type AssetBucketProps } from '../../constructs/asset-bucket/asset-bucket';
import { InvalidValueError } from '../../constructs/invalid-value';
import { Template } from '../support/template';

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, unknown>>;
  }[];
}

const minimal: AssetBucketProps = { bucketName: 'example-org-assets', protect: true };

function withProps(
  props: Partial<AssetBucketProps> = {},
  use?: (bucket: AssetBucket, stack: TerraformStack) => void,
): Template {
  return Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    const bucket = new AssetBucket(stack, 'Assets', { ...minimal, ...props });
    use?.(bucket, stack);
  });
}

const roleIn = (stack: TerraformStack, id = 'Role') => new IamRole(stack, id, { assumeRolePolicy: '{}' });

const policyOf = (values: Readonly<Record<string, unknown>>) => JSON.parse(String(values['policy'])) as Policy;

const statement = (policy: Policy, sid: string) => policy.Statement.find(one => one.Sid === sid);

describe('AssetBucket', () => {
  test('is private, versioned, encrypted and safe from destruction', () => {
    const template = withProps();
    expect(template.only('aws_s3_bucket')).toMatchObject({
      bucket: 'example-org-assets',
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
      tags: { Name: 'example-org-assets' },
    });
    expect(template.only('aws_s3_bucket_public_access_block')).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(template.only('aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    });
    expect(template.only('aws_s3_bucket_server_side_encryption_configuration')).toMatchObject({
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
    });
    expect(template.only('aws_s3_bucket_ownership_controls')).toMatchObject({
      rule: { object_ownership: 'BucketOwnerEnforced' },
    });
  });

  test('keeps old versions for 30 days and unfinished uploads for 7', () => {
    const rules = withProps().only('aws_s3_bucket_lifecycle_configuration')['rule'];
    expect(rules).toEqual([
      expect.objectContaining({ status: 'Enabled', abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] }),
      expect.objectContaining({ status: 'Enabled', noncurrent_version_expiration: [{ noncurrent_days: 30 }] }),
    ]);
  });

  test('no rule may expire a current object', () => {
    const rules = withProps().only('aws_s3_bucket_lifecycle_configuration')['rule'] as { expiration?: object[] }[];
    expect(rules).toHaveLength(2);
    for (const { expiration = [] } of rules) {
      for (const one of expiration) expect(one).toEqual({ expired_object_delete_marker: true });
    }
  });

  test('refuses everybody without TLS, and allows nobody by itself', () => {
    const template = withProps();
    const bucket = template.resources('aws_s3_bucket')[0]?.address;
    expect(policyOf(template.only('aws_s3_bucket_policy')).Statement).toEqual([
      {
        Sid: 'WildcardDenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`\${${bucket}.arn}`, `\${${bucket}.arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('every part belongs to the bucket', () => {
    const template = withProps();
    const bucket = template.resources('aws_s3_bucket')[0]?.address;
    const parts = template.resources().filter(resource => resource.type !== 'aws_s3_bucket');
    expect(parts).toHaveLength(6);
    for (const part of parts) expect(part.values['bucket']).toBe(`\${${bucket}.id}`);
  });

  test('without protection a destroy empties it', () => {
    const bucket = withProps({ protect: false, noncurrentDays: 3 }).only('aws_s3_bucket');
    expect(bucket).toMatchObject({ force_destroy: true });
    expect(bucket).not.toHaveProperty('lifecycle');
  });

  test('keeps old versions for as long as it is told', () => {
    const lifecycle = withProps({ noncurrentDays: 90 }).only('aws_s3_bucket_lifecycle_configuration');
    expect(JSON.stringify(lifecycle)).toContain('"noncurrent_days":90');
  });

  test('says its name and arn', () => {
    const template = withProps({}, ({ name, arn }, stack) => {
      new TerraformOutput(stack, 'Bucket', { value: { name, arn }, staticId: true });
    });
    const bucket = template.resources('aws_s3_bucket')[0]?.address;
    expect(template.json.output?.['Bucket']?.['value']).toEqual({ name: `\${${bucket}.id}`, arn: `\${${bucket}.arn}` });
  });

  describe('grantReadWrite', () => {
    test('opens the whole bucket to the role', () => {
      const template = withProps({}, (bucket, stack) => bucket.grantReadWrite(roleIn(stack)));
      const arn = `\${${template.resources('aws_s3_bucket')[0]?.address}.arn}`;
      const granted = template.only('aws_iam_role_policy');
      expect(granted['role']).toBe(`\${${template.resources('aws_iam_role')[0]?.address}.id}`);
      expect(granted['name']).toBe('example-org-assets-read-write');
      expect(statement(policyOf(granted), 'ListNames')).toEqual({
        Sid: 'ListNames',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: arn,
      });
      expect(statement(policyOf(granted), 'UseObjects')?.Resource).toEqual([`${arn}/*`]);
    });

    test('opens no more than the prefix', () => {
      const template = withProps({}, (bucket, stack) => bucket.grantReadWrite(roleIn(stack), 'uploads/'));
      const arn = `\${${template.resources('aws_s3_bucket')[0]?.address}.arn}`;
      const policy = policyOf(template.only('aws_iam_role_policy'));
      expect(policy.Statement).toHaveLength(2);
      expect(statement(policy, 'ListNames')).toMatchObject({
        Action: ['s3:ListBucket'],
        Resource: arn,
        Condition: { StringLike: { 's3:prefix': ['uploads/*'] } },
      });
      expect(statement(policy, 'UseObjects')?.Resource).toEqual([`${arn}/uploads/*`]);
    });

    test('adds up for one role', () => {
      const template = withProps({}, (bucket, stack) => {
        const role = roleIn(stack);
        bucket.grantReadWrite(role, 'uploads/');
        bucket.grantReadWrite(role, 'assets/');
        bucket.grantReadWrite(role, 'assets/');
      });
      const arn = `\${${template.resources('aws_s3_bucket')[0]?.address}.arn}`;
      const policy = policyOf(template.only('aws_iam_role_policy'));
      expect(statement(policy, 'UseObjects')?.Resource).toEqual([`${arn}/uploads/*`, `${arn}/assets/*`]);
      expect(statement(policy, 'ListNames')?.Condition).toEqual({
        StringLike: { 's3:prefix': ['uploads/*', 'assets/*'] },
      });
    });

    test('a prefix takes nothing from a role that has the whole bucket', () => {
      const template = withProps({}, (bucket, stack) => {
        const role = roleIn(stack);
        bucket.grantReadWrite(role);
        bucket.grantReadWrite(role, 'uploads/');
      });
      const policy = policyOf(template.only('aws_iam_role_policy'));
      expect(statement(policy, 'ListNames')).not.toHaveProperty('Condition');
      expect(statement(policy, 'UseObjects')?.Resource).toEqual([expect.stringMatching(/\.arn\}\/\*$/)]);
    });

    test('gives each of several roles its own policy', () => {
      const template = withProps({}, (bucket, stack) => {
        bucket.grantReadWrite(roleIn(stack, 'Node'), 'uploads/');
        bucket.grantReadWrite(roleIn(stack, 'Publisher'), 'assets/');
      });
      const policies = template.resources('aws_iam_role_policy').map(({ values }) => values);
      expect(policies.map(values => String(values['role']))).toEqual([
        expect.stringContaining('aws_iam_role.Node'),
        expect.stringContaining('aws_iam_role.Publisher'),
      ]);
      expect(JSON.stringify(policies[0])).not.toContain('assets/*');
      expect(JSON.stringify(policies[1])).not.toContain('uploads/*');
    });

    test('no grant may remove old versions or change the bucket', () => {
      const template = withProps({}, (bucket, stack) => bucket.grantReadWrite(roleIn(stack)));
      const actions = policyOf(template.only('aws_iam_role_policy')).Statement.flatMap(one => one.Action);
      expect(actions.sort()).toEqual([
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListBucket',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ]);
    });

    test.each(['uploads', '/uploads/', '*/', 'up?oads/', '${aws:username}/', ' /'])(
      'fails when the prefix is %j',
      prefix => {
        const grant = () => withProps({}, (bucket, stack) => bucket.grantReadWrite(roleIn(stack), prefix));
        expect(grant).toThrow(InvalidValueError);
        expect(grant).toThrow(/^bucket prefix is .* ends with a slash; write it like uploads\/$/);
      },
    );
  });

  test.each([
    'ab',
    'a'.repeat(64),
    'Example-Org',
    'example_org',
    'example.org',
    '-example',
    'example-',
    'xn--example',
    'sthree-example',
    'amzn-s3-demo-bucket',
    'example-s3alias',
    'example--ol-s3',
    'example--x-s3',
  ])('fails when the bucket name is %s', bucketName => {
    expect(() => withProps({ bucketName })).toThrow(InvalidValueError);
    expect(() => withProps({ bucketName })).toThrow(/^bucket name is "/);
  });

  test.each([0, -1, 1.5, NaN])('fails when old versions are kept for %d days', noncurrentDays => {
    expect(() => withProps({ noncurrentDays })).toThrow(InvalidValueError);
    expect(() => withProps({ noncurrentDays })).toThrow(/^noncurrentDays is /);
  });
});
