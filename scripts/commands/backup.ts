import { environmentNamed } from '../../stacks/environments';
import { site } from '../../stacks/environments/site';
import { awsClients } from '../adapters/aws-clients';
import { databaseBackups } from '../adapters/database-backups';
import { newestBackup } from '../domain/backup/newest-backup';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Action } from './action';

export interface BackupCheckOptions {
  readonly environment: string;
  /** Hours that the newest backup may be old. */
  readonly maxHours: number;
}

/** `slipway backup check <env>`: whether RDS has made a backup lately. */
export function backupCheck({ environment, maxHours }: BackupCheckOptions): Action {
  return async context => {
    const { database } = environmentNamed(environment);
    if (database.backupDays === 0) {
      throw new SlipwayError(
        `${environment} keeps no backups: database.backupDays is 0; set it to 1 or more in stacks/environments/${environment}.ts`,
      );
    }
    const name = `${site.project}-${environment}-mysql`;
    const backups = await databaseBackups(awsClients(context), name);
    const { newest, hours, fresh } = newestBackup(backups, context.now(), maxHours);
    const age = hours === undefined ? 'none that is usable' : `${newest?.name ?? ''}, ${hours.toFixed(1)} h old`;
    const next = `look at the events of ${name} in RDS`;
    context.output.print(
      `newest backup of ${environment}: ${age}, allowed are ${maxHours} h${fresh ? '' : `; ${next}`}`,
    );
    context.output.json({
      command: 'backup check',
      environment,
      fresh,
      maxHours,
      ...(newest && { newest: newest.name, madeAt: newest.madeAt.toISOString(), hours }),
    });
    return fresh ? ExitCode.Done : ExitCode.Changes;
  };
}
