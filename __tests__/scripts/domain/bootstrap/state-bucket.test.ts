import {
  EXPIRY_RULE,
  policyWithTlsOnly,
  rulesWithExpiry,
  tagsWith,
  tlsOnlyStatement,
} from '../../../../scripts/domain/bootstrap/state-bucket';

const foreign = {
  Sid: 'Audit',
  Effect: 'Allow',
  Principal: { AWS: '123456789012' },
  Action: 's3:GetObject',
  Resource: '*',
};

describe('policy', () => {
  test('denies everything without TLS, on the bucket and on what is in it', () => {
    expect(policyWithTlsOnly('states', undefined)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: ['arn:aws:s3:::states', 'arn:aws:s3:::states/*'],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  test('leaves the statements of others alone', () => {
    expect(policyWithTlsOnly('states', { Version: '2008-10-17', Statement: [foreign] })).toEqual({
      Version: '2008-10-17',
      Statement: [foreign, tlsOnlyStatement('states')],
    });
  });

  test('replaces its own statement when somebody has weakened it', () => {
    const weak = { ...tlsOnlyStatement('states'), Action: 's3:PutObject' };
    expect(policyWithTlsOnly('states', { Statement: [weak, foreign] })?.Statement).toEqual([
      foreign,
      tlsOnlyStatement('states'),
    ]);
  });

  test('is as it must be in whatever order S3 answers its elements', () => {
    const reordered = Object.fromEntries(Object.entries(tlsOnlyStatement('states')).reverse());
    expect(policyWithTlsOnly('states', { Statement: [foreign, reordered] })).toBeUndefined();
  });
});

describe('lifecycle', () => {
  const other = { ID: 'other', Status: 'Enabled' };

  test('adds the expiry beside the rules of others', () => {
    expect(rulesWithExpiry([other])).toEqual([other, EXPIRY_RULE]);
  });

  test.each([
    ['switched off', { ...EXPIRY_RULE, Status: 'Disabled' }],
    ['shorter', { ...EXPIRY_RULE, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }],
    ['without the uploads', { ...EXPIRY_RULE, AbortIncompleteMultipartUpload: undefined }],
    ['without the delete markers', { ...EXPIRY_RULE, Expiration: undefined }],
  ])('replaces its own rule when it is %s', (_how, rule) => {
    expect(rulesWithExpiry([rule, other])).toEqual([other, EXPIRY_RULE]);
  });

  test('is as it must be when the rule is there', () => {
    expect(rulesWithExpiry([other, EXPIRY_RULE])).toBeUndefined();
  });
});

describe('tags', () => {
  const wanted = [{ Key: 'ManagedBy', Value: 'slipway' }];

  test('adds what is missing, corrects what differs and keeps the rest', () => {
    const team = { Key: 'Team', Value: 'shop' };
    expect(tagsWith(wanted, [team, { Key: 'ManagedBy', Value: 'hand' }])).toEqual([team, ...wanted]);
    expect(tagsWith(wanted, [team, ...wanted])).toBeUndefined();
  });
});
