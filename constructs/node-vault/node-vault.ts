import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { AssetBucket } from '../asset-bucket/asset-bucket';
import { objectAccess } from '../asset-bucket/object-access';
import { InvalidValueError } from '../invalid-value';
import { constructId } from './construct-id';
import { PROGRAMS, StoredProgram } from './stored-program';

export interface NodeVaultProps {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  /** Name of the bucket, unique in all of AWS. */
  readonly bucketName: string;
  /** Path of the environment's parameters, e.g. `/webshop/prod`. */
  readonly parameterPath: string;
  /** Names of the secrets that the application reads, e.g. `database-url`. */
  readonly secrets: readonly string[];
  /** Path of the release program's file on the machine that synthesizes. */
  readonly releaseProgram: string;
  /** `true`: Terraform refuses to destroy bucket and secrets. `false`: a destroy leaves nothing. */
  readonly protect: boolean;
  /**
   * Paths of further stacks' parameters that the node may read secrets from; Terraform makes none of these.
   *
   * @default - none
   */
  readonly guestPaths?: readonly string[];
}

/**
 * What the vault keeps, as folders of its bucket: TLS certificates, the release that is live, the records of past ones,
 * and what each node says about itself (`nodes/<instance-id>/readiness.json`).
 */
const FOLDERS = ['certificates/', 'release/', 'records/', 'nodes/'];

/** What a secret is until an operator enters its value. */
const PLACEHOLDER = 'not-set';

/**
 * The private place for what a new node must get back: a node holds no state, so everything that has to survive it is here.
 *
 * A bucket keeps the files, SSM parameters keep the secrets: one SecureString a name, at `<parameterPath>/secrets/<name>`.
 * Terraform makes each with a placeholder that it never writes again and never reads back, so that no value is in the code,
 * the plan or the state. An operator enters it once:
 *
 *     aws ssm put-parameter --overwrite --type SecureString --name /webshop/prod/secrets/database-url --value file://value.txt
 *
 * Until then the value is `not-set`.
 *
 * Cost: none to speak of. Standard parameters with the key that AWS manages are free, the bucket holds some megabytes.
 *
 * @example
 * const vault = new NodeVault(this, 'NodeVault', {
 *   name: 'webshop-prod',
 *   bucketName: 'example-org-webshop-prod-node',
 *   parameterPath: '/webshop/prod',
 *   secrets: ['database-url', 'app-key'],
 *   releaseProgram: nodeBundle(),
 *   protect: true,
 * });
 * vault.grantNode(role);
 */
export class NodeVault extends Construct {
  /** The name itself and no reference to the bucket, so that it can stand in user data that is packed at synth. */
  readonly bucketName: string;
  readonly parameterPath: string;
  /** The release program, which a node fetches when it boots. */
  readonly program: StoredProgram;

  private readonly name: string;
  private readonly bucket: AssetBucket;
  private readonly parameterArns: readonly string[];

  constructor(scope: Construct, id: string, props: NodeVaultProps) {
    super(scope, id);
    const parameterPaths = [props.parameterPath, ...(props.guestPaths ?? [])];
    parameterPaths.forEach(checkParameterPath);
    checkSecretNames(props.secrets);
    this.name = props.name;
    this.parameterPath = props.parameterPath;
    this.bucket = new AssetBucket(this, 'Bucket', { bucketName: props.bucketName, protect: props.protect });
    this.bucketName = props.bucketName;
    const { accountId } = new DataAwsCallerIdentity(this, 'Account');
    const region = new DataAwsRegion(this, 'Region');
    this.parameterArns = parameterPaths.map(path => `arn:aws:ssm:${region.id}:${accountId}:parameter${path}`);
    this.program = new StoredProgram(this, 'Program', { bucket: this.bucket.name, file: props.releaseProgram });

    const secrets = new Construct(this, 'Secrets');
    for (const secret of props.secrets) {
      new SsmParameter(secrets, constructId(secret), {
        name: `${props.parameterPath}/secrets/${secret}`,
        description: `Secret ${secret} of ${props.name}; its value is entered by an operator`,
        type: 'SecureString',
        // Write-only: sent when the version changes, which it never does, and kept nowhere.
        valueWo: PLACEHOLDER,
        valueWoVersion: 1,
        ...(props.protect && { lifecycle: { preventDestroy: true } }),
      });
    }
  }

  /**
   * Lets a node read and write its files, and read programs, its secrets and its mail settings. It can delete nothing, enter no
   * secret and write no program, so that a node that was taken over cannot take the way back from the next one.
   */
  grantNode(role: IamRole): void {
    new IamRolePolicy(role, this.node.id, {
      role: role.id,
      name: `${this.name}-node-vault`,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          ...objectAccess(this.bucket.arn, FOLDERS, ['s3:GetObject', 's3:PutObject']),
          {
            Sid: 'ReadPrograms',
            Effect: 'Allow',
            Action: ['s3:GetObject'],
            Resource: `${this.bucket.arn}/${PROGRAMS}*`,
          },
          {
            Sid: 'ReadParameters',
            Effect: 'Allow',
            Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
            // Reading by path is checked against the path itself, reading by name against the parameter.
            Resource: this.parameterArns.flatMap(path =>
              ['secrets', 'mail'].flatMap(folder => [`${path}/${folder}`, `${path}/${folder}/*`]),
            ),
          },
        ],
      }),
    });
  }
}

function checkParameterPath(path: string): void {
  if (Token.isUnresolved(path)) return;
  const next = 'write it like /webshop/prod';
  // SSM keeps every path that begins with aws or ssm, in any case, for itself.
  if (!/^(\/[A-Za-z0-9_.-]+)+$/.test(path) || /^\/(aws|ssm)/i.test(path)) {
    const allowed = 'a path that begins with a slash, ends without one, and does not begin with aws or ssm';
    throw new InvalidValueError('parameter path', path, allowed, next);
  }
  // A hierarchy has 15 levels at most, of which the secret's folder and name are two.
  if (path.split('/').length - 1 > 13) throw new InvalidValueError('parameter path', path, '13 levels at most', next);
}

function checkSecretNames(names: readonly string[]): void {
  const invalid = names.find(name => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name));
  if (invalid !== undefined) {
    const allowed = 'lower case letters, digits and single hyphens, beginning with a letter';
    throw new InvalidValueError('secret name', invalid, allowed, 'write it like database-url');
  }
  const ids = names.map(constructId);
  const repeated = names.find((_, index) => ids.indexOf(ids[index] ?? '') !== index);
  if (repeated !== undefined) {
    const allowed = 'each name once, where key-2 and key2 count as the same';
    throw new InvalidValueError('secret name', repeated, allowed, 'remove or rename the repeated one');
  }
}
