import { StackJson, type SynthesizedJson, text } from './stack-json';

/** What the picture says, each line read from the synthesized stack. */
export interface Facts {
  readonly environment: string;
  readonly region: string;
  readonly resourceCount: number;
  readonly domain: string;
  readonly zone: readonly string[];
  readonly vpcCidr: string;
  readonly publicSubnets: string;
  readonly privateSubnets: string;
  readonly privateWay: string;
  readonly node: readonly [title: string, ...lines: string[]];
  readonly openPorts: string;
  readonly sshPort: string;
  readonly sshFrom: readonly [title: string, ...lines: string[]];
  readonly database: readonly [title: string, ...lines: string[]];
  readonly databasePort: string;
  readonly buckets: readonly string[];
  readonly parameters: readonly string[];
  readonly mail: readonly string[];
  readonly mailPort: string;
  readonly alarms: readonly [title: string, ...lines: string[]];
  readonly alarmMailbox: string;
}

const ANYWHERE = '0.0.0.0/0';

export function factsOf(environment: string, json: SynthesizedJson): Facts {
  const stack = new StackJson(json);
  const domain = text(stack.one('aws_route53_zone'), 'name');
  return {
    environment,
    region: stack.region,
    resourceCount: stack.resourceCount,
    domain,
    zone: zoneLines(stack),
    vpcCidr: text(stack.one('aws_vpc'), 'cidr_block'),
    publicSubnets: subnets(stack, 'Network_PublicSubnets'),
    privateSubnets: subnets(stack, 'Network_PrivateSubnets'),
    privateWay: privateWay(stack),
    node: node(stack),
    openPorts: openPorts(stack),
    sshPort: sshRules(stack).map(rule => text(rule, 'from_port'))[0] ?? 'closed',
    sshFrom: sshFrom(stack),
    database: database(stack),
    databasePort: text(stack.one('aws_db_instance'), 'port'),
    buckets: stack.all('aws_s3_bucket').map(bucket => text(bucket, 'bucket')),
    parameters: parameters(stack),
    mail: mail(stack),
    mailPort: text(stack.one('aws_vpc_security_group_egress_rule', 'Node_Firewall_OutSubmission'), 'to_port'),
    alarms: alarms(stack),
    alarmMailbox: text(stack.one('aws_sns_topic_subscription', 'Alarms_Topic'), 'endpoint'),
  };
}

function zoneLines(stack: StackJson): string[] {
  const counts = new Map<string, number>();
  for (const record of stack.all('aws_route53_record')) {
    const type = text(record, 'type');
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const toAddress = (type: string) => (type === 'A' ? ' to the Elastic IP' : '');
  const records = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, count]) => `${count} ${type}${toAddress(type)}`);
  const checks = stack
    .all('aws_route53_health_check')
    .map(check => `${text(check, 'type')} checked every ${text(check, 'request_interval')} s from outside`);
  return [`records: ${records.join(', ')}`, ...checks];
}

function subnets(stack: StackJson, prefix: string): string {
  const found = stack.all('aws_subnet', prefix);
  return found.map(one => `${text(one, 'cidr_block')} (${text(one, 'availability_zone').slice(-1)})`).join(', ');
}

function privateWay(stack: StackJson): string {
  const routes = stack.all('aws_route').filter(route => text(route, 'route_table_id').includes('PrivateRouteTable'));
  return routes.length === 0 ? 'no route out' : `${routes.length} routes out`;
}

function node(stack: StackJson): Facts['node'] {
  const instance = stack.one('aws_instance');
  const disk = single(instance['root_block_device']);
  const metadata = single(instance['metadata_options']);
  const image = text(stack.data('aws_ssm_parameter', 'Node_MachineImage'), 'name');
  const release = /\/debian\/release\/(\d+)\//.exec(image)?.[1];
  return [
    `Swarm node: ${text(instance, 'instance_type')}`,
    `${release === undefined ? 'own machine image' : `Debian ${release}`}, Docker Swarm, Traefik`,
    `${text(disk, 'volume_size')} GiB ${text(disk, 'volume_type')}${disk['encrypted'] === true ? ', encrypted' : ''}; holds no state`,
    `metadata service: tokens ${text(metadata, 'http_tokens')}, ${text(metadata, 'http_put_response_hop_limit')} hop`,
  ];
}

function openPorts(stack: StackJson): string {
  const open = stack
    .all('aws_vpc_security_group_ingress_rule')
    .filter(rule => rule['cidr_ipv4'] === ANYWHERE)
    .map(rule => `${text(rule, 'from_port')}/${text(rule, 'ip_protocol')}`);
  return open.sort((a, b) => Number.parseInt(a) - Number.parseInt(b) || (a < b ? -1 : 1)).join(', ');
}

function sshRules(stack: StackJson): ReturnType<StackJson['all']> {
  return stack.all('aws_vpc_security_group_ingress_rule', 'Node_Firewall_InSsh');
}

function sshFrom(stack: StackJson): Facts['sshFrom'] {
  if (stack.all('aws_ec2_instance_connect_endpoint').length > 0) {
    return ['Instance Connect Endpoint', 'the only way in for SSH', 'IAM decides who may pass'];
  }
  return ['SSH from listed addresses', ...sshRules(stack).map(rule => text(rule, 'cidr_ipv4'))];
}

function database(stack: StackJson): Facts['database'] {
  const values = stack.one('aws_db_instance');
  const engine = text(values, 'engine') === 'mysql' ? 'MySQL' : text(values, 'engine');
  const zones = values['multi_az'] === true ? 'a standby in a second zone' : 'one zone';
  const reach = values['publicly_accessible'] === true ? 'public' : 'not public';
  return [
    `${engine} ${text(values, 'engine_version')}: ${text(values, 'instance_class')}`,
    `${text(values, 'allocated_storage')} GiB ${text(values, 'storage_type')}, grows to ${text(values, 'max_allocated_storage')}; ${zones}`,
    `${text(values, 'backup_retention_period')} days of backups; encrypted; ${reach}`,
  ];
}

function parameters(stack: StackJson): string[] {
  const all = stack.all('aws_ssm_parameter');
  const secret = all.filter(parameter => parameter['type'] === 'SecureString');
  return [`${secret.length} secrets, encrypted`, `${all.length - secret.length} facts for other stacks and programs`];
}

function mail(stack: StackJson): string[] {
  const identity = text(stack.one('aws_sesv2_email_identity'), 'email_identity');
  const from = text(stack.one('aws_sesv2_email_identity_mail_from_attributes'), 'mail_from_domain');
  const records = stack.all('aws_route53_record', 'Mail_').length;
  const queues = stack.all('aws_sqs_queue').length;
  return [
    `sender domain ${identity}`,
    `bounces to ${from}`,
    `${records} records: DKIM, SPF, DMARC`,
    `events kept in ${queues} queues`,
  ];
}

function alarms(stack: StackJson): Facts['alarms'] {
  const counts = new Map<string, number>();
  const names = stack.all('aws_cloudwatch_metric_alarm').map(alarm => text(alarm, 'alarm_name'));
  for (const name of names) {
    const subject = ['database', 'node', 'site', 'mail'].find(one => name.includes(`-${one}-`)) ?? 'other';
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return [`${names.length} alarms`, [...counts].map(([subject, count]) => `${subject} ${count}`).join(', ')];
}

/** A block that is written once, whether as an object or as a list of one. */
function single(block: unknown): Readonly<Record<string, unknown>> {
  return (Array.isArray(block) ? block[0] : block) as Readonly<Record<string, unknown>>;
}
