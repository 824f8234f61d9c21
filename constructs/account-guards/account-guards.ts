import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget';
import { EbsEncryptionByDefault } from '@cdktf/provider-aws/lib/ebs-encryption-by-default';
import { EbsSnapshotBlockPublicAccess } from '@cdktf/provider-aws/lib/ebs-snapshot-block-public-access';
import { Ec2ImageBlockPublicAccess } from '@cdktf/provider-aws/lib/ec2-image-block-public-access';
import { Ec2InstanceMetadataDefaults } from '@cdktf/provider-aws/lib/ec2-instance-metadata-defaults';
import { IamAccountPasswordPolicy } from '@cdktf/provider-aws/lib/iam-account-password-policy';
import { S3AccountPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-account-public-access-block';
import { Sesv2AccountSuppressionAttributes } from '@cdktf/provider-aws/lib/sesv2-account-suppression-attributes';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';
import { assertEmailAddress } from '../web-domain/email-address';

export interface AccountGuardsProps {
  /** Prefix of every name in AWS, e.g. `webshop`. */
  readonly name: string;
  /** What the account may cost a month, in whole USD. */
  readonly budgetUsd: number;
  /** Mailbox that is told when the budget is half gone, nearly gone, or will not last. */
  readonly billingEmail: string;
}

/** When the mailbox is written to. The forecast is the one that comes in time to do something about it. */
const BUDGET_NOTICES = [
  { notificationType: 'ACTUAL', threshold: 50 },
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/**
 * What an AWS account should refuse or do by default, whoever works in it and however.
 *
 * These are the settings that catch the mistakes made outside this code: the volume somebody attaches in the console, the
 * snapshot shared to "all", the bucket opened for a moment. Settings of EC2 and SES hold for the provider's region, those of
 * S3, IAM and the budget for the whole account. They change nothing that exists already; a bucket that is public on purpose
 * is the exception, it becomes private at once.
 *
 * Costs nothing.
 *
 * @example
 * new AccountGuards(this, 'Guards', { name: 'webshop', budgetUsd: 60, billingEmail: 'billing@example.org' });
 */
export class AccountGuards extends Construct {
  constructor(scope: Construct, id: string, props: AccountGuardsProps) {
    super(scope, id);
    assertEmailAddress('billing email', props.billingEmail);
    assertBudget(props.budgetUsd);
    this.guardCompute();
    this.guardStorage();
    this.guardPasswords();
    new Sesv2AccountSuppressionAttributes(this, 'MailSuppression', { suppressedReasons: ['BOUNCE', 'COMPLAINT'] });
    this.watchCosts(props);
  }

  private guardCompute(): void {
    new EbsEncryptionByDefault(this, 'VolumeEncryption', { enabled: true });
    new Ec2InstanceMetadataDefaults(this, 'InstanceMetadata', { httpTokens: 'required' });
    new EbsSnapshotBlockPublicAccess(this, 'SnapshotAccess', { state: 'block-all-sharing' });
    new Ec2ImageBlockPublicAccess(this, 'ImageAccess', { state: 'block-new-sharing' });
  }

  private guardStorage(): void {
    new S3AccountPublicAccessBlock(this, 'BucketAccess', {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }

  /** Long and varied, but never expiring: a password that must change each quarter ends in a digit that counts quarters. */
  private guardPasswords(): void {
    new IamAccountPasswordPolicy(this, 'Passwords', {
      minimumPasswordLength: 14,
      requireLowercaseCharacters: true,
      requireUppercaseCharacters: true,
      requireNumbers: true,
      requireSymbols: true,
      passwordReusePrevention: 24,
      allowUsersToChangePassword: true,
    });
  }

  private watchCosts({ name, budgetUsd, billingEmail }: AccountGuardsProps): void {
    new BudgetsBudget(this, 'Budget', {
      name: `${name}-monthly`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      limitAmount: String(budgetUsd),
      limitUnit: 'USD',
      notification: BUDGET_NOTICES.map(notice => ({
        ...notice,
        thresholdType: 'PERCENTAGE',
        comparisonOperator: 'GREATER_THAN',
        subscriberEmailAddresses: [billingEmail],
      })),
    });
  }
}

function assertBudget(budgetUsd: number): void {
  if (Token.isUnresolved(budgetUsd) || (Number.isInteger(budgetUsd) && budgetUsd >= 1)) return;
  throw new InvalidValueError('account budget', budgetUsd, 'whole USD, at least 1', 'write it like 60');
}
