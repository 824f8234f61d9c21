import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { InvalidValueError } from '../../constructs/invalid-value';
import { MysqlDatabase } from '../../constructs/mysql-database/mysql-database';
import type { MysqlDatabaseProps } from '../../constructs/mysql-database/mysql-database-props';
import type { Peer } from '../../constructs/mysql-database/peer';
import { Template } from '../support/template';

const minimal: MysqlDatabaseProps = {
  name: 'webshop-prod',
  network: { vpcId: 'vpc-1', privateSubnetIds: ['subnet-1', 'subnet-2'] },
  protect: true,
};

/** Something with a security group, as a node is. */
class Machine extends Construct implements Peer {
  readonly name = 'webshop-prod';
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.securityGroupId = `sg-${id}`;
  }
}

function withProps(
  props: Partial<MysqlDatabaseProps> = {},
  use?: (database: MysqlDatabase, stack: TerraformStack) => void,
): Template {
  return Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    const database = new MysqlDatabase(stack, 'Database', { ...minimal, ...props });
    const { endpoint, port, identifier, masterSecretArn } = database;
    new TerraformOutput(stack, 'Made', { value: { endpoint, port, identifier, masterSecretArn }, staticId: true });
    use?.(database, stack);
  });
}

/** Parameters as `name=value`, with how they are applied. */
function parameters(template: Template): Record<string, string> {
  const list = template.only('aws_db_parameter_group')['parameter'] as Record<string, string>[];
  return Object.fromEntries(list.map(one => [`${one['name']}=${one['value']}`, String(one['apply_method'])]));
}

/** Minutes of the day that a window begins and ends at. */
function minutes(window: unknown): [from: number, to: number] {
  const [from = NaN, to = NaN] = String(window)
    .split('-')
    .map(text => {
      const [hour = NaN, minute = NaN] = text.split(':').slice(-2).map(Number);
      return hour * 60 + minute;
    });
  return [from, to];
}

const group = (template: Template) => `\${${template.resources('aws_security_group')[0]?.address}.id}`;

describe('MysqlDatabase', () => {
  test('is small, current, encrypted and private', () => {
    const template = withProps();
    expect(template.only('aws_db_instance')).toMatchObject({
      identifier: 'webshop-prod-mysql',
      engine: 'mysql',
      engine_version: '8.4',
      engine_lifecycle_support: 'open-source-rds-extended-support-disabled',
      instance_class: 'db.t4g.micro',
      allocated_storage: 20,
      max_allocated_storage: 100,
      storage_type: 'gp3',
      storage_encrypted: true,
      publicly_accessible: false,
      multi_az: false,
      db_name: 'app',
      port: 3306,
      auto_minor_version_upgrade: true,
      allow_major_version_upgrade: false,
      copy_tags_to_snapshot: true,
      vpc_security_group_ids: [group(template)],
      tags: { Name: 'webshop-prod-mysql' },
    });
    expect(template.only('aws_db_subnet_group')).toMatchObject({ subnet_ids: ['subnet-1', 'subnet-2'] });
  });

  test('is protected with backups, a final snapshot and against deletion', () => {
    expect(withProps().only('aws_db_instance')).toMatchObject({
      backup_retention_period: 14,
      delete_automated_backups: false,
      deletion_protection: true,
      skip_final_snapshot: false,
      apply_immediately: false,
      lifecycle: { prevent_destroy: true, ignore_changes: expect.arrayContaining(['snapshot_identifier']) as unknown },
    });
  });

  test('the final snapshot of each database has its own name', () => {
    const template = withProps();
    const name = `webshop-prod-mysql-final-${group(template)}`;
    expect(template.only('aws_db_instance')['final_snapshot_identifier']).toBe(name);
  });

  test('without protection a destroy leaves nothing', () => {
    const instance = withProps({ protect: false, backupDays: 0 }).only('aws_db_instance');
    expect(instance).toMatchObject({
      backup_retention_period: 0,
      delete_automated_backups: true,
      deletion_protection: false,
      skip_final_snapshot: true,
      apply_immediately: true,
    });
    expect(instance).not.toHaveProperty('lifecycle');
    expect(instance).not.toHaveProperty('final_snapshot_identifier');
  });

  test('takes a larger size', () => {
    const template = withProps({
      instanceClass: 'db.m7g.large',
      storageGiB: 100,
      maxStorageGiB: 500,
      backupDays: 35,
      multiAz: true,
      databaseName: 'shop_2',
    });
    expect(template.only('aws_db_instance')).toMatchObject({
      instance_class: 'db.m7g.large',
      allocated_storage: 100,
      max_allocated_storage: 500,
      backup_retention_period: 35,
      multi_az: true,
      db_name: 'shop_2',
    });
  });

  test('a volume that may not grow has no maximum', () => {
    const instance = withProps({ storageGiB: 50, maxStorageGiB: 50 }).only('aws_db_instance');
    expect(instance['allocated_storage']).toBe(50);
    expect(instance).not.toHaveProperty('max_allocated_storage');
  });

  test('the master password is made and kept by RDS', () => {
    const instance = withProps().only('aws_db_instance');
    expect(instance['manage_master_user_password']).toBe(true);
    expect(instance).not.toHaveProperty('password');
    expect(instance).not.toHaveProperty('password_wo');
    expect(['admin', 'root', 'mysql', 'master', 'rdsadmin']).not.toContain(instance['username']);
  });

  test('from a snapshot it takes over the users and schemas of that', () => {
    const instance = withProps({ snapshotIdentifier: 'before-the-move' }).only('aws_db_instance');
    expect(instance['snapshot_identifier']).toBe('before-the-move');
    expect(instance).not.toHaveProperty('username');
    expect(instance).not.toHaveProperty('db_name');
  });

  test('a micro accepts TLS only, logs slow queries and saves memory', () => {
    const template = withProps();
    expect(template.only('aws_db_parameter_group')).toMatchObject({
      family: 'mysql8.4',
      name_prefix: 'webshop-prod-mysql-',
      lifecycle: { create_before_destroy: true },
    });
    expect(parameters(template)).toEqual({
      'require_secure_transport=1': 'immediate',
      'character_set_server=utf8mb4': 'immediate',
      'collation_server=utf8mb4_unicode_ci': 'immediate',
      'slow_query_log=1': 'immediate',
      'long_query_time=1': 'immediate',
      'log_output=FILE': 'immediate',
      'max_connections=60': 'immediate',
      'performance_schema=0': 'pending-reboot',
    });
  });

  test.each(['db.t4g.small', 'db.m7g.large'])('%s keeps the limits that RDS derives from its memory', instanceClass => {
    const names = Object.keys(parameters(withProps({ instanceClass }))).join();
    expect(names).toContain('require_secure_transport=1');
    expect(names).not.toMatch(/max_connections|performance_schema/);
  });

  test('its logs end, as it waits for groups that have a retention', () => {
    const template = withProps();
    const instance = template.only('aws_db_instance');
    const groups = template.resources('aws_cloudwatch_log_group');
    expect(instance['enabled_cloudwatch_logs_exports']).toEqual(['error', 'slowquery']);
    expect(groups.map(({ values }) => values)).toEqual([
      expect.objectContaining({ name: '/aws/rds/instance/webshop-prod-mysql/error', retention_in_days: 30 }),
      expect.objectContaining({ name: '/aws/rds/instance/webshop-prod-mysql/slowquery', retention_in_days: 30 }),
    ]);
    expect(instance['depends_on']).toEqual(groups.map(({ address }) => address));
  });

  test('the backup and the maintenance window do not overlap', () => {
    const instance = withProps().only('aws_db_instance');
    const [backupFrom, backupTo] = minutes(instance['backup_window']);
    const [maintenanceFrom, maintenanceTo] = minutes(instance['maintenance_window']);
    expect(backupFrom).toBeLessThan(backupTo);
    expect(maintenanceFrom).toBeLessThan(maintenanceTo);
    expect(backupTo <= maintenanceFrom || maintenanceTo <= backupFrom).toBe(true);
  });

  test('says where it is', () => {
    const template = withProps();
    const instance = template.resources('aws_db_instance')[0]?.address;
    expect(template.json.output?.['Made']?.['value']).toEqual({
      endpoint: `\${${instance}.address}`,
      port: 3306,
      identifier: `\${${instance}.identifier}`,
      masterSecretArn: `\${${instance}.master_user_secret[0].secret_arn}`,
    });
  });

  describe('allowFrom', () => {
    test('lets nobody in without it', () => {
      const template = withProps();
      expect(template.resources().filter(({ type }) => type.includes('rule'))).toEqual([]);
      const values = template.only('aws_security_group');
      expect(values).not.toHaveProperty('ingress');
      expect(values).not.toHaveProperty('egress');
      expect(values).toMatchObject({
        vpc_id: 'vpc-1',
        name_prefix: 'webshop-prod-mysql-',
        lifecycle: { create_before_destroy: true },
      });
    });

    test('opens the way at both ends', () => {
      const template = withProps({}, (database, stack) => database.allowFrom(new Machine(stack, 'Node')));
      const mysql = { ip_protocol: 'tcp', from_port: 3306, to_port: 3306 };
      expect(template.only('aws_vpc_security_group_ingress_rule')).toMatchObject({
        ...mysql,
        security_group_id: group(template),
        referenced_security_group_id: 'sg-Node',
        description: 'MySQL from webshop-prod',
      });
      expect(template.only('aws_vpc_security_group_egress_rule')).toMatchObject({
        ...mysql,
        security_group_id: 'sg-Node',
        referenced_security_group_id: group(template),
      });
    });

    test('lets in several, and never a block of addresses', () => {
      const template = withProps({}, (database, stack) => {
        database.allowFrom(new Machine(stack, 'Node'));
        database.allowFrom(new Machine(stack, 'Worker'));
      });
      const rules = template.resources().filter(({ type }) => type.endsWith('gress_rule'));
      expect(rules).toHaveLength(4);
      for (const { values } of rules) {
        expect(values).not.toHaveProperty('cidr_ipv4');
        expect(values).not.toHaveProperty('cidr_ipv6');
        expect(values['description']).toMatch(/^MySQL from webshop-prod/);
      }
    });

    test('its rules have the same addresses in every environment', () => {
      const addresses = (name: string) =>
        withProps({ name }, (database, stack) => database.allowFrom(new Machine(stack, 'Node')))
          .resources()
          .map(({ address }) => address);
      expect(addresses('webshop-dev')).toEqual(addresses('webshop-prod'));
      expect(addresses('webshop-dev').join()).toContain('Database_Peers_Node_Ingress');
    });

    test('fails when a peer is let in twice', () => {
      const twice = () =>
        withProps({}, (database, stack) => {
          const node = new Machine(stack, 'Node');
          database.allowFrom(node);
          database.allowFrom(node);
        });
      expect(twice).toThrow(InvalidValueError);
      expect(twice).toThrow(/^database peer is "Node", allowed is each construct id once/);
    });
  });

  test.each<[string, Partial<MysqlDatabaseProps>, RegExp]>([
    ['a protected one has no backups', { backupDays: 0 }, /^backupDays is 0, .*protected/],
    ['backups are kept too long', { backupDays: 36 }, /^backupDays is 36/],
    ['backups are negative', { backupDays: -1, protect: false }, /^backupDays is -1/],
    ['backup days are broken', { backupDays: 1.5 }, /^backupDays is 1\.5/],
    ['the volume is too small', { storageGiB: 19 }, /^storageGiB is 19/],
    ['the volume is too large', { storageGiB: 65_537, maxStorageGiB: 65_537 }, /^storageGiB is 65537/],
    ['the volume is broken', { storageGiB: 20.5 }, /^storageGiB is 20\.5/],
    ['the maximum is below the size', { storageGiB: 50, maxStorageGiB: 20 }, /^maxStorageGiB is 20/],
    ['the maximum is too near', { storageGiB: 50, maxStorageGiB: 54 }, /^maxStorageGiB is 54/],
    ['the maximum is too large', { maxStorageGiB: 65_537 }, /^maxStorageGiB is 65537/],
    ['the class is one of EC2', { instanceClass: 't4g.micro' }, /^instance class is "t4g\.micro"/],
    ['the database name has a hyphen', { databaseName: 'web-shop' }, /^database name is "web-shop"/],
    ['the database name is too long', { databaseName: 'a'.repeat(65) }, /^database name is "aaa/],
    ['the name begins with a digit', { name: '1-shop' }, /^database identifier is "1-shop-mysql"/],
    ['the name has two hyphens in a row', { name: 'web--shop' }, /^database identifier is "web--shop-mysql"/],
    ['the name is too long', { name: 'a'.repeat(58) }, /^database identifier is "aaa/],
    [
      'the network has one subnet',
      { network: { vpcId: 'vpc-1', privateSubnetIds: ['subnet-1'] } },
      /^database subnets is \["subnet-1"\]/,
    ],
  ])('fails when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });
});
