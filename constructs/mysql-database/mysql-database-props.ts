import type { Network } from '../network/network';

export interface MysqlDatabaseProps {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  /** Where it lives: in the private subnets. */
  readonly network: Pick<Network, 'vpcId' | 'privateSubnetIds'>;
  /**
   * RDS instance class.
   *
   * @default 'db.t4g.micro'
   */
  readonly instanceClass?: string;
  /**
   * Size of the volume in GiB, 20 at least.
   *
   * @default 20
   */
  readonly storageGiB?: number;
  /**
   * Size in GiB up to which RDS grows the volume by itself. The same as `storageGiB`: it does not grow.
   *
   * @default 100
   */
  readonly maxStorageGiB?: number;
  /**
   * Days of automated backups, and with that of point-in-time recovery. 0 switches them off, which needs `protect: false`.
   *
   * @default 14
   */
  readonly backupDays?: number;
  /**
   * A standby in a second zone, for twice the price.
   *
   * @default false
   */
  readonly multiAz?: boolean;
  /**
   * `true`: neither Terraform nor AWS lets it be deleted, and changes that restart it wait for the maintenance window.
   * `false`: changes apply at once and a destroy leaves nothing, backups included.
   */
  readonly protect: boolean;
  /**
   * RDS snapshot that the database is made from, once. Its users and schemas come with it, so `databaseName` is not used.
   * It must be encrypted; `aws rds copy-db-snapshot --kms-key-id alias/aws/rds` makes an encrypted copy.
   *
   * @default - an empty database
   */
  readonly snapshotIdentifier?: string;
  /**
   * Name of the schema that a new database begins with.
   *
   * @default 'app'
   */
  readonly databaseName?: string;
}
