import type { StateResource, TerraformPlan, Values } from './terraform-plan';
import { managedResources } from './terraform-plan';

/** Something in the planned values that a reviewer should not let through unseen. */
export interface PolicyFinding {
  readonly rule: string;
  readonly address: string;
  readonly problem: string;
  /** What to change, in one line. */
  readonly remedy: string;
}

type Rule = (resource: StateResource, values: Values) => PolicyFinding[];

const USER_DATA_LIMIT = 16 * 1024;
const DEFAULT_TAGS = ['Project', 'Environment', 'ManagedBy'];
const CLOSED_PORTS = [22, 3306];
const EVERYBODY = ['0.0.0.0/0', '::/0'];

function blocks(value: unknown): Values[] {
  return Array.isArray(value) ? (value as Values[]) : [];
}

function finding(rule: string, address: string, problem: string, remedy: string): PolicyFinding {
  return { rule, address, problem, remedy };
}

const publicDatabase: Rule = ({ type, address }, values) =>
  type === 'aws_db_instance' && values['publicly_accessible'] === true
    ? [finding('public-database', address, 'the database has a public address', 'set publiclyAccessible to false')]
    : [];

const openPort: Rule = ({ type, address }, values) => {
  const inline = type === 'aws_security_group' ? blocks(values['ingress']) : [];
  const own = type === 'aws_vpc_security_group_ingress_rule' || isClassicIngressRule(type, values) ? [values] : [];
  const ports = CLOSED_PORTS.filter(port => [...inline, ...own].some(rule => isOpen(rule, port)));
  return ports.map(port =>
    finding(
      'open-port',
      address,
      `port ${port} is open to the whole internet`,
      `name the blocks that may reach ${port}`,
    ),
  );
};

function isClassicIngressRule(type: string, values: Values): boolean {
  return type === 'aws_security_group_rule' && values['type'] === 'ingress';
}

/** Whether a rule, in any of the three forms that the provider has, lets everybody reach the port. */
function isOpen(rule: Values, port: number): boolean {
  const sources = [rule['cidr_ipv4'], rule['cidr_ipv6'], rule['cidr_blocks'], rule['ipv6_cidr_blocks']].flat();
  if (!sources.some(source => EVERYBODY.includes(String(source)))) return false;
  const protocol = String(rule['ip_protocol'] ?? rule['protocol']);
  if (protocol === '-1' || protocol === 'all') return true;
  return protocol === 'tcp' && Number(rule['from_port']) <= port && port <= Number(rule['to_port']);
}

const unencryptedStorage: Rule = ({ type, address }, values) => {
  const problem = finding(
    'unencrypted-storage',
    address,
    'storage is not encrypted',
    'set it at creation: later is a replacement',
  );
  const disks = [...blocks(values['root_block_device']), ...blocks(values['ebs_block_device'])];
  const plain =
    (type === 'aws_db_instance' && isOff(values, 'storage_encrypted')) ||
    (type === 'aws_ebs_volume' && isOff(values, 'encrypted')) ||
    (type === 'aws_instance' && disks.some(disk => isOff(disk, 'encrypted')));
  return plain ? [problem] : [];
};

/** A setting that is known and not on; what is known only after the apply is absent from planned values. */
function isOff(values: Values, name: string): boolean {
  return name in values && values[name] !== true;
}

const publicBucket: Rule = ({ type, address }, values) => {
  if (type !== 'aws_s3_bucket_public_access_block') return [];
  const settings = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];
  const off = settings.filter(name => isOff(values, name));
  return off.length > 0 ? [finding('public-bucket', address, `${off.join(', ')} off`, 'switch all four on')] : [];
};

const largeUserData: Rule = ({ address }, values) => {
  const base64 = values['user_data_base64'];
  const plain = values['user_data'];
  const bytes =
    typeof base64 === 'string'
      ? Buffer.from(base64, 'base64').length
      : typeof plain === 'string'
        ? Buffer.byteLength(plain)
        : 0;
  const remedy = 'compress it or fetch the rest at boot';
  return bytes > USER_DATA_LIMIT
    ? [finding('large-user-data', address, `user data has ${bytes} bytes, EC2 takes ${USER_DATA_LIMIT}`, remedy)]
    : [];
};

const missingTags: Rule = ({ address }, values) => {
  const tags = values['tags_all'];
  if (!('tags_all' in values)) return [];
  const missing = DEFAULT_TAGS.filter(name => !Object.keys((tags as Values | null) ?? {}).includes(name));
  const remedy = 'leave the default tags of the provider as they are';
  return missing.length > 0 ? [finding('missing-tags', address, `no tag ${missing.join(', ')}`, remedy)] : [];
};

const rules: readonly Rule[] = [publicDatabase, openPort, unencryptedStorage, publicBucket, largeUserData, missingTags];

/**
 * What the planned values break of the rules that a plan alone can check.
 *
 * A group shows the rules of separate resources among its own, so a port is reported for the group only when no rule
 * resource is to blame: then somebody opened it by hand.
 */
export function policyFindings(plan: TerraformPlan): PolicyFinding[] {
  const found = managedResources(plan.planned_values).flatMap(resource =>
    rules.flatMap(rule => rule(resource, resource.values ?? {})),
  );
  const blamed = new Set(
    found.filter(({ rule, address }) => rule === 'open-port' && !isGroup(address)).map(({ problem }) => problem),
  );
  return found.filter(
    ({ rule, address, problem }) => rule !== 'open-port' || !isGroup(address) || !blamed.has(problem),
  );
}

function isGroup(address: string): boolean {
  return /(^|\.)aws_security_group\./.test(address);
}
