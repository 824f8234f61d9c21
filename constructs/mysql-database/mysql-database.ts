import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';
import { checkSettings } from './check-props';
import type { MysqlDatabaseProps } from './mysql-database-props';
import { parametersFor } from './parameters';
import type { Peer } from './peer';

const LOG_RETENTION_DAYS = 30;

/** UTC, and apart: RDS refuses a maintenance window that overlaps the backup. */
const BACKUP_WINDOW = '02:00-03:00';
const MAINTENANCE_WINDOW = 'sun:03:30-sun:04:30';

/** Port of every MySQL server on RDS that was not told otherwise. */
export const MYSQL_PORT = 3306;

/**
 * A MySQL 8.4 database on RDS: encrypted, private, reachable from nowhere until `allowFrom` says so, and over TLS only.
 *
 * - 8.4 is in standard support until July 2029. It is opted out of Extended Support, which is on by default and would cost
 *   a multiple of the database the day 8.4 leaves it: then AWS upgrades instead of billing.
 * - RDS makes the master password, keeps it in Secrets Manager and rotates it, so it is neither in the code nor in the state,
 *   and no application may log in with it: make a user for each.
 * - A protected database ends with a final snapshot. Its name ends with the id of the security group, which is made anew with each
 *   database, so that the second final snapshot of an environment does not fail on the name of the first.
 *
 * Cost (eu-central-1, USD a month): db.t4g.micro 13.90, 20 GiB 2.74, the secret 0.40; `multiAz` doubles the first two.
 * Backups are free up to the size of the volume.
 *
 * @example
 * const database = new MysqlDatabase(this, 'Database', { name: 'webshop-prod', network, protect: true });
 * database.allowFrom(node);
 */
export class MysqlDatabase extends Construct {
  /** Host name, without the port. */
  readonly endpoint: string;
  readonly port = MYSQL_PORT;
  readonly identifier: string;
  /** Secret in Secrets Manager with the name and password of the master user. */
  readonly masterSecretArn: string;

  private readonly securityGroup: SecurityGroup;
  private readonly peers: Construct;

  constructor(scope: Construct, id: string, props: MysqlDatabaseProps) {
    super(scope, id);
    const { name, network, protect, snapshotIdentifier } = props;
    const { instanceClass = 'db.t4g.micro', storageGiB = 20, maxStorageGiB = 100, databaseName = 'app' } = props;
    const { backupDays = 14, multiAz = false } = props;
    const identifier = `${name}-mysql`;
    const subnetIds = network.privateSubnetIds;
    checkSettings({
      identifier,
      instanceClass,
      storageGiB,
      maxStorageGiB,
      backupDays,
      protect,
      databaseName,
      subnetIds,
    });

    this.peers = new Construct(this, 'Peers');
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      namePrefix: `${identifier}-`,
      description: 'MySQL, from the groups that were let in',
      vpcId: network.vpcId,
      tags: { Name: identifier },
      lifecycle: { createBeforeDestroy: true },
    });
    const instance = new DbInstance(this, 'Resource', {
      identifier,
      engine: 'mysql',
      engineVersion: '8.4',
      engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      instanceClass,
      multiAz,
      ...storage(storageGiB, maxStorageGiB),
      ...origin(databaseName, snapshotIdentifier),
      manageMasterUserPassword: true,
      port: this.port,
      publiclyAccessible: false,
      dbSubnetGroupName: this.subnetGroup(identifier, subnetIds).name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      parameterGroupName: this.parameterGroup(identifier, instanceClass).name,
      enabledCloudwatchLogsExports: ['error', 'slowquery'],
      backupRetentionPeriod: backupDays,
      backupWindow: BACKUP_WINDOW,
      maintenanceWindow: MAINTENANCE_WINDOW,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      applyImmediately: !protect,
      ...ending(protect, `${identifier}-final-${this.securityGroup.id}`),
      tags: { Name: identifier },
      // RDS makes missing log groups itself, without an end to how long they keep.
      dependsOn: this.logGroups(identifier),
    });
    this.endpoint = instance.address;
    this.identifier = instance.identifier;
    this.masterSecretArn = instance.masterUserSecret.get(0).secretArn;
  }

  /**
   * Lets the peer connect: in at the database and out at the peer, whose own group is closed as well.
   *
   * The rules take the peer's construct id, which is the same in all environments, where its name is not.
   *
   * @throws InvalidValueError when a peer of that id was let in before
   */
  allowFrom(peer: Peer): void {
    const { id } = peer.node;
    if (this.peers.node.tryFindChild(id)) {
      const next = 'remove the second allowFrom or give the peer another id';
      throw new InvalidValueError('database peer', id, 'each construct id once', next);
    }
    const rules = new Construct(this.peers, id);
    const mysql = { ipProtocol: 'tcp', fromPort: this.port, toPort: this.port };
    new VpcSecurityGroupIngressRule(rules, 'Ingress', {
      ...mysql,
      securityGroupId: this.securityGroup.id,
      referencedSecurityGroupId: peer.securityGroupId,
      description: `MySQL from ${peer.name}`,
    });
    new VpcSecurityGroupEgressRule(rules, 'Egress', {
      ...mysql,
      securityGroupId: peer.securityGroupId,
      referencedSecurityGroupId: this.securityGroup.id,
      description: `MySQL from ${peer.name} to its database`,
    });
  }

  private subnetGroup(name: string, subnetIds: readonly string[]): DbSubnetGroup {
    return new DbSubnetGroup(this, 'SubnetGroup', {
      name,
      description: 'Private subnets of the environment',
      subnetIds: [...subnetIds],
      tags: { Name: name },
    });
  }

  private parameterGroup(name: string, instanceClass: string): DbParameterGroup {
    return new DbParameterGroup(this, 'ParameterGroup', {
      namePrefix: `${name}-`,
      description: 'MySQL 8.4: TLS only, utf8mb4, slow queries logged',
      family: 'mysql8.4',
      parameter: parametersFor(instanceClass),
      tags: { Name: name },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private logGroups(identifier: string): CloudwatchLogGroup[] {
    const logGroup = (id: string, log: string) =>
      new CloudwatchLogGroup(this, id, {
        name: `/aws/rds/instance/${identifier}/${log}`,
        retentionInDays: LOG_RETENTION_DAYS,
      });
    return [logGroup('ErrorLog', 'error'), logGroup('SlowQueryLog', 'slowquery')];
  }
}

/** RDS reads a maximum that equals the size as a mistake; without one the volume does not grow. */
function storage(storageGiB: number, maxStorageGiB: number) {
  return {
    storageType: 'gp3',
    storageEncrypted: true,
    allocatedStorage: storageGiB,
    ...(maxStorageGiB > storageGiB && { maxAllocatedStorage: maxStorageGiB }),
  };
}

/** A snapshot brings its master user and schemas; naming others would replace the database at the next apply. */
function origin(dbName: string, snapshotIdentifier: string | undefined) {
  return snapshotIdentifier === undefined ? { dbName, username: 'operator' } : { snapshotIdentifier };
}

/** How the database may end. */
function ending(protect: boolean, finalSnapshotIdentifier: string) {
  if (!protect) return { deletionProtection: false, skipFinalSnapshot: true, deleteAutomatedBackups: true };
  return {
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier,
    deleteAutomatedBackups: false,
    // What a database was made from is history: a snapshot that has expired or was dropped from the code must not replace it.
    lifecycle: { preventDestroy: true, ignoreChanges: ['snapshot_identifier', 'username', 'db_name'] },
  };
}
