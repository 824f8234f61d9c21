import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, type S3BackendConfig, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Site } from './environments/site';

/** Which AWS the stacks talk to. The default is the real one. */
export interface AwsConnection {
  /**
   * Endpoint of an emulated AWS; provider and state backend find it themselves in AWS_ENDPOINT_URL.
   *
   * @default - real AWS
   */
  readonly endpoint?: string;
  /**
   * Exact version of the AWS provider to use instead of the pinned one; for rehearsals on a machine without a registry.
   *
   * @default - the version that the bindings were made from
   */
  readonly providerVersion?: string;
}

export interface AwsStackProps {
  readonly site: Site;
  readonly connection: AwsConnection;
  /** Value of the tag `Environment` on every resource. */
  readonly environmentTag: string;
}

/** S3Backend hands on every property it is given; its type only stopped before native locking came (Terraform 1.10). */
interface LockingS3BackendConfig extends S3BackendConfig {
  readonly useLockfile: boolean;
}

/** Attempts of the provider on an emulator: its default of 25 hangs for minutes on a call that does not exist there. */
const EMULATOR_RETRIES = 3;

/**
 * A stack in one account and region: provider with the tags that everything carries, and the state in S3 with its lock file.
 *
 * The stack's id is the key of its state. Renaming one makes Terraform forget what is deployed.
 */
export abstract class AwsStack extends TerraformStack {
  protected readonly site: Site;
  protected readonly provider: AwsProvider;

  constructor(scope: Construct, id: string, props: AwsStackProps) {
    super(scope, id);
    this.site = props.site;
    this.provider = this.makeProvider('Aws', props, props.site.region);
    const backend: LockingS3BackendConfig = {
      bucket: props.site.stateBucket,
      key: `${id}.tfstate`,
      region: props.site.region,
      encrypt: true,
      useLockfile: true,
      ...(props.connection.endpoint !== undefined && { usePathStyle: true }),
    };
    new S3Backend(this, backend);
    // Write-only arguments and the S3 lock file need 1.11. The short source "aws" of the bindings confuses OpenTofu.
    this.addOverride('terraform.required_version', '>= 1.11.0');
    this.addOverride('terraform.required_providers.aws.source', 'hashicorp/aws');
    if (props.connection.providerVersion !== undefined) {
      this.addOverride('terraform.required_providers.aws.version', props.connection.providerVersion);
    }
  }

  /** A provider for a region; every region needs one of its own, with an alias for all but the first. */
  protected makeProvider(id: string, props: AwsStackProps, region: string, alias?: string): AwsProvider {
    return new AwsProvider(this, id, {
      region,
      ...(alias !== undefined && { alias }),
      ...(props.site.allowedAccountIds.length > 0 && { allowedAccountIds: [...props.site.allowedAccountIds] }),
      ...(props.connection.endpoint !== undefined && { maxRetries: EMULATOR_RETRIES, s3UsePathStyle: true }),
      defaultTags: [{ tags: { Project: props.site.project, Environment: props.environmentTag, ManagedBy: 'slipway' } }],
    });
  }
}
