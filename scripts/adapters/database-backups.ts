import type { Backup } from '../domain/backup/newest-backup';
import { type AwsClients, explainAwsError } from './aws-clients';

/** The automated backups that RDS has of a database. */
export async function databaseBackups(aws: AwsClients, database: string): Promise<Backup[]> {
  const { paginateDescribeDBSnapshots } = await import('@aws-sdk/client-rds');
  const backups: Backup[] = [];
  try {
    const question = { DBInstanceIdentifier: database, SnapshotType: 'automated' };
    for await (const page of paginateDescribeDBSnapshots({ client: aws.rds() }, question)) {
      for (const { DBSnapshotIdentifier: name = '', Status: status, SnapshotCreateTime: madeAt } of page.DBSnapshots ??
        []) {
        backups.push({ name, usable: status === 'available' && madeAt !== undefined, madeAt: madeAt ?? new Date(0) });
      }
    }
    return backups;
  } catch (error) {
    throw explainAwsError(error, `listing the backups of ${database}`);
  }
}
