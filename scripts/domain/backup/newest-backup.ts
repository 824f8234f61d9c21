/** An automated backup of a database, as far as its age is asked for. */
export interface Backup {
  /** E.g. `rds:webshop-prod-mysql-2026-11-27-03-12`. */
  readonly name: string;
  /** Whether a database can be made from it; one in the making cannot. */
  readonly usable: boolean;
  readonly madeAt: Date;
}

export interface BackupAge {
  /** The newest that is usable; undefined when there is none. */
  readonly newest?: Backup;
  /** Hours since then. */
  readonly hours?: number;
  readonly fresh: boolean;
}

const HOUR_MS = 3_600_000;

/** Whether the newest usable backup is young enough. */
export function newestBackup(backups: readonly Backup[], now: Date, maxHours: number): BackupAge {
  const [newest] = backups.filter(({ usable }) => usable).sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime());
  if (!newest) return { fresh: false };
  const hours = (now.getTime() - newest.madeAt.getTime()) / HOUR_MS;
  return { newest, hours, fresh: hours <= maxHours };
}
