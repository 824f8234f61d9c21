/**
 * Attributes that change without anybody's doing. Rules and attachments that have resources of their own show up in
 * the parent too, after each apply that changes one of them.
 */
const noiseOf: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['latest_restorable_time', 'engine_version_actual', 'replicas', 'pending_modified_values'],
  aws_eip: ['association_id', 'instance', 'network_interface', 'private_ip', 'public_dns', 'private_dns'],
  aws_iam_role: ['inline_policy', 'managed_policy_arns'],
  aws_instance: ['public_ip', 'public_dns', 'associate_public_ip_address', 'instance_state', 'ipv6_addresses'],
  aws_s3_bucket: ['policy', 'grant', 'versioning', 'server_side_encryption_configuration', 'lifecycle_rule', 'logging'],
  aws_security_group: ['ingress', 'egress'],
  aws_sesv2_email_identity: ['verified_for_sending_status', 'verification_status', 'dkim_signing_attributes'],
  aws_sns_topic: ['policy'],
  aws_sqs_queue: ['policy', 'redrive_policy', 'redrive_allow_policy'],
  aws_ssm_parameter: ['version', 'insecure_value', 'value'],
  aws_subnet: ['available_ip_address_count'],
};

/** Names that only AWS sets, on any type. */
const COMPUTED_NAME = /(^|\.)(arn|id|tags_all(\.[^.]+)?|status|etag|last_[a-z_]+|[a-z_]+_(arn|at|date|time))$/;

/** What `before` shows when the value was empty: AWS filled it in, nobody changed it. */
const EMPTY = ['(none)', '""', '[]', '{}'];

/** Whether a difference says nothing about what somebody did, provided that no plan would put it back. */
export function isComputedNoise(type: string, path: string, before: string): boolean {
  const name = /^[^.[]+/.exec(path)?.[0] ?? path;
  return EMPTY.includes(before) || COMPUTED_NAME.test(path) || (noiseOf[type] ?? []).includes(name);
}
