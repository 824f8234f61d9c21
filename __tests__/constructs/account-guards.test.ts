import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { AccountGuards, type AccountGuardsProps } from '../../constructs/account-guards/account-guards';
import { InvalidValueError } from '../../constructs/invalid-value';
import { Template } from '../support/template';

const minimal: AccountGuardsProps = { name: 'webshop', budgetUsd: 60, billingEmail: 'billing@example.org' };

const withProps = (props: Partial<AccountGuardsProps> = {}) =>
  Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    new AccountGuards(stack, 'Guards', { ...minimal, ...props });
  });

describe('AccountGuards', () => {
  const template = withProps();

  test('encrypts every new volume', () => {
    expect(template.only('aws_ebs_encryption_by_default')).toEqual({ enabled: true });
  });

  test('asks every new instance for session tokens', () => {
    expect(template.only('aws_ec2_instance_metadata_defaults')).toEqual({ http_tokens: 'required' });
  });

  test('makes nothing public: no bucket, no snapshot, no image', () => {
    expect(template.only('aws_s3_account_public_access_block')).toEqual({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(template.only('aws_ebs_snapshot_block_public_access')).toEqual({ state: 'block-all-sharing' });
    expect(template.only('aws_ec2_image_block_public_access')).toEqual({ state: 'block-new-sharing' });
  });

  test('sends no mail to who bounced or complained', () => {
    expect(template.only('aws_sesv2_account_suppression_attributes')).toEqual({
      suppressed_reasons: ['BOUNCE', 'COMPLAINT'],
    });
  });

  test('wants long passwords that do not expire', () => {
    const policy = template.only('aws_iam_account_password_policy');
    expect(policy).toMatchObject({
      minimum_password_length: 14,
      require_lowercase_characters: true,
      require_uppercase_characters: true,
      require_numbers: true,
      require_symbols: true,
      password_reuse_prevention: 24,
    });
    expect(policy).not.toHaveProperty('max_password_age');
  });

  test('writes to the mailbox at half and four fifths of the budget, and when it will not last', () => {
    const budget = template.only('aws_budgets_budget');
    expect(budget).toMatchObject({
      name: 'webshop-monthly',
      budget_type: 'COST',
      time_unit: 'MONTHLY',
      limit_amount: '60',
      limit_unit: 'USD',
    });
    const notice = (notification_type: string, threshold: number) => ({
      notification_type,
      threshold,
      threshold_type: 'PERCENTAGE',
      comparison_operator: 'GREATER_THAN',
      subscriber_email_addresses: ['billing@example.org'],
    });
    expect(budget['notification']).toEqual([notice('ACTUAL', 50), notice('ACTUAL', 80), notice('FORECASTED', 100)]);
  });

  test.each<[string, Partial<AccountGuardsProps>, string]>([
    ['the budget is nothing', { budgetUsd: 0 }, 'account budget is 0'],
    ['the budget has cents', { budgetUsd: 9.99 }, 'account budget is 9.99'],
    ['the mailbox is none', { billingEmail: 'billing' }, 'billing email is "billing"'],
    [
      'the mailbox is two',
      { billingEmail: 'a@example.org,b@example.org' },
      'billing email is "a@example.org,b@example.org"',
    ],
  ])('fails when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });
});
