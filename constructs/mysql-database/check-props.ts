import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';

/** The settings of a database that RDS is picky about, with their defaults filled in. */
export interface CheckedSettings {
  readonly identifier: string;
  readonly instanceClass: string;
  readonly storageGiB: number;
  readonly maxStorageGiB: number;
  readonly backupDays: number;
  readonly protect: boolean;
  readonly databaseName: string;
  readonly subnetIds: readonly string[];
}

/** Limits of a gp3 volume under RDS for MySQL, in GiB. */
const STORAGE = { min: 20, max: 65_536 };

/** @throws InvalidValueError for what RDS would refuse after minutes, and for a protected database without backups */
export function checkSettings(settings: CheckedSettings): void {
  checkNames(settings);
  checkStorage(settings);
  checkBackups(settings);
  if (settings.subnetIds.length < 2) {
    const next = 'give the network two availability zones';
    throw new InvalidValueError('database subnets', settings.subnetIds, 'subnets in two zones at least', next);
  }
}

function checkNames({ identifier, instanceClass, databaseName }: CheckedSettings): void {
  if (!Token.isUnresolved(identifier) && (!/^[a-z]([a-z0-9]|-(?!-|$))*$/.test(identifier) || identifier.length > 63)) {
    const allowed = '63 lower case letters, digits and single hyphens at most, beginning with a letter';
    throw new InvalidValueError(
      'database identifier',
      identifier,
      allowed,
      'shorten or change the name of the environment',
    );
  }
  if (!Token.isUnresolved(instanceClass) && !/^db\.[a-z0-9-]+\.[a-z0-9]+$/.test(instanceClass)) {
    throw new InvalidValueError('instance class', instanceClass, 'an RDS class', 'write it like db.t4g.micro');
  }
  if (!Token.isUnresolved(databaseName) && !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(databaseName)) {
    const allowed = '64 letters, digits and underscores at most, beginning with a letter';
    throw new InvalidValueError('database name', databaseName, allowed, 'write it like app');
  }
}

function checkStorage({ storageGiB, maxStorageGiB }: CheckedSettings): void {
  const size = `a whole number of GiB from ${STORAGE.min} to ${STORAGE.max}`;
  if (!Number.isInteger(storageGiB) || storageGiB < STORAGE.min || storageGiB > STORAGE.max) {
    throw new InvalidValueError('storageGiB', storageGiB, size, 'write at least 20, the minimum of gp3');
  }
  const grows = maxStorageGiB >= storageGiB * 1.1 && maxStorageGiB <= STORAGE.max;
  if (!Number.isInteger(maxStorageGiB) || (maxStorageGiB !== storageGiB && !grows)) {
    const allowed = `storageGiB (${storageGiB}) itself, for a volume that does not grow, or 10 % more up to ${STORAGE.max}`;
    throw new InvalidValueError('maxStorageGiB', maxStorageGiB, allowed, `write ${storageGiB} or a larger number`);
  }
}

function checkBackups({ backupDays, protect }: CheckedSettings): void {
  if (!Number.isInteger(backupDays) || backupDays < 0 || backupDays > 35) {
    throw new InvalidValueError('backupDays', backupDays, 'a whole number from 0 to 35', 'write 14 for two weeks');
  }
  if (backupDays === 0 && protect) {
    const next = 'write 14, or give up its protection with protect: false';
    throw new InvalidValueError('backupDays', backupDays, '1 to 35 for a protected database', next);
  }
}
