/**
 * Types that cost nothing by existing. What is billed by use (requests, messages, mails) is in the allowances.
 * A type that is neither here nor priced is reported as unpriced, so that a new one cannot slip in as free.
 */
const freeTypes: readonly RegExp[] = [
  /^(terraform_data|null_resource|random_|time_|local_|tls_)/,
  /^aws_(vpc|subnet|internet_gateway|egress_only_internet_gateway|eip_association|main_route_table_association)$/,
  /^aws_(vpc_dhcp_options|vpc_ipv4_cidr|network_acl|network_interface|flow_log|ec2_managed_prefix_list)/,
  /^aws_(default_|route$|route_table|security_group|vpc_security_group_|vpc_endpoint_)/,
  /^aws_(ec2_instance_connect_endpoint|ec2_instance_metadata_defaults|ec2_image_block_public_access|key_pair)$/,
  /^aws_(ebs_encryption_by_default|ebs_snapshot_block_public_access|volume_attachment|launch_template)$/,
  /^aws_(iam_|accessanalyzer_|resourcegroups_)/,
  /^aws_(s3_bucket|s3_object|s3_account_public_access_block)/,
  /^aws_(db_subnet_group|db_parameter_group|db_option_group|db_event_subscription)$/,
  /^aws_route53_(record|delegation_set|key_signing_key|hosted_zone_dnssec)$/,
  /^aws_(ses|sesv2|sns|sqs|ssm_document|acm_certificate|cloudwatch_log_|cloudwatch_event_|cloudtrail|scheduler_)/,
  /^aws_(budgets_|ce_|dlm_|kms_alias|kms_key_policy|secretsmanager_secret_|wafv2_web_acl_)/,
  /^aws_(lb_|autoscaling_(policy|schedule|lifecycle_hook)$)/,
];

export function isFreeType(type: string): boolean {
  return freeTypes.some(pattern => pattern.test(type));
}
