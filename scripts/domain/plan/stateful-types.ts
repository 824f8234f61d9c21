/**
 * Resource types whose deletion loses something that an apply cannot bring back, with what is lost.
 * The one list: reports show these in red, and a protected environment refuses to lose them.
 */
const lossOf: Readonly<Record<string, string>> = {
  aws_backup_vault: 'the backups in it',
  aws_db_instance: 'all data since the last snapshot',
  aws_dynamodb_table: 'all items',
  aws_ebs_volume: 'all data on it',
  aws_ecr_repository: 'all images, rollback targets included',
  aws_efs_file_system: 'all files',
  aws_eip: 'the address that DNS records and firewalls of others know',
  aws_kms_key: 'everything that is encrypted with it',
  aws_rds_cluster: 'all data since the last snapshot',
  aws_route53_delegation_set: 'the name servers that the registrar knows',
  aws_route53_zone: 'the name servers that the registrar knows: the domain is dead until they are entered anew',
  aws_s3_bucket: 'all objects and their versions',
  aws_secretsmanager_secret: 'the secret value',
  aws_ses_domain_identity: 'the verified sender and its DKIM keys: no mail until it is verified again',
  aws_sesv2_email_identity: 'the verified sender and its DKIM keys: no mail until it is verified again',
};

/** What is lost when a resource of this type goes; undefined when an apply makes it again as it was. */
export function lossOfDeleting(type: string): string | undefined {
  return lossOf[type];
}
