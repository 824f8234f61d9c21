import { IamAccessKey } from '@cdktf/provider-aws/lib/iam-access-key';
import { IamUser } from '@cdktf/provider-aws/lib/iam-user';
import { IamUserPolicy } from '@cdktf/provider-aws/lib/iam-user-policy';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';

export interface SmtpUserProps {
  /** Prefix of every name in AWS. */
  readonly name: string;
  readonly region: string;
  /** The one address that may be sent from. */
  readonly senderAddress: string;
  /** The identity and the configuration set; SES asks for permission on both. */
  readonly resourceArns: readonly string[];
  /** Generations of the access key, at least one; the last one is published. */
  readonly keys: readonly string[];
  /** Whether a key or certificate that somebody added by hand stops the user from being destroyed. */
  readonly protect: boolean;
  /** SSM path of the parameters, e.g. `/webshop/prod/mail`. */
  readonly parameterPath: string;
  /**
   * Addresses that may be written to; `*` is allowed before the `@`.
   *
   * @default - anybody
   */
  readonly allowedRecipients?: readonly string[];
}

/**
 * The account with which the application sends mail over SMTP: an IAM user without console access that can do that alone.
 *
 * It is a user with a stored key because SES takes no temporary credentials over SMTP. The password is derived from the key
 * for one region and stands in the Terraform state, which is therefore as secret as the parameter is.
 *
 * Rotation without a gap: append a generation and deploy (both keys work, the new one is published), release the
 * application so that it reads the new one, then remove the old generation and deploy. IAM allows two keys a user.
 *
 * Costs nothing.
 *
 * @example
 * new SmtpUser(this, 'Smtp', {
 *   name: 'webshop-prod',
 *   region: 'eu-central-1',
 *   senderAddress: 'no-reply@example.org',
 *   resourceArns: [identity.arn, configurationSet.arn],
 *   keys: ['v1'],
 *   protect: true,
 *   parameterPath: '/webshop/prod/mail',
 * });
 */
export class SmtpUser extends Construct {
  constructor(scope: Construct, id: string, props: SmtpUserProps) {
    super(scope, id);
    const user = new IamUser(this, 'Resource', {
      name: `${props.name}-smtp`,
      path: '/service/',
      forceDestroy: !props.protect,
    });
    new IamUserPolicy(this, 'Policy', { name: 'send-mail', user: user.name, policy: sendingPolicy(props) });

    const generations = new Construct(this, 'Keys');
    const keys = props.keys.map(generation => new IamAccessKey(generations, generation, { user: user.name }));
    const published = keys.at(-1);
    if (published) this.publish(published, props);
  }

  private publish(key: IamAccessKey, { parameterPath, region, senderAddress }: SmtpUserProps): void {
    new SsmParameter(this, 'Username', {
      name: `${parameterPath}/smtp-username`,
      type: 'SecureString',
      value: key.id,
    });
    new SsmParameter(this, 'Password', {
      name: `${parameterPath}/smtp-password`,
      type: 'SecureString',
      value: key.sesSmtpPasswordV4,
    });
    new SsmParameter(this, 'Host', {
      name: `${parameterPath}/smtp-host`,
      description: 'STARTTLS on port 587; EC2 throttles port 25',
      type: 'String',
      insecureValue: `email-smtp.${region}.amazonaws.com`,
    });
    new SsmParameter(this, 'Sender', {
      name: `${parameterPath}/sender`,
      type: 'String',
      insecureValue: senderAddress,
    });
  }
}

function sendingPolicy({ resourceArns, senderAddress, allowedRecipients }: SmtpUserProps): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SendAsOneAddress',
        Effect: 'Allow',
        Action: 'ses:SendRawEmail',
        Resource: resourceArns,
        Condition: {
          StringEquals: { 'ses:FromAddress': senderAddress },
          // Every recipient must match: one stranger in Cc refuses the whole mail.
          ...(allowedRecipients && { 'ForAllValues:StringLike': { 'ses:Recipients': allowedRecipients } }),
        },
      },
    ],
  });
}
