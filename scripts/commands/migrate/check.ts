import { readMigrations } from '../../adapters/migration-folder';
import type { Action } from '../action';
import { answering } from './answer';
import { type FolderOptions, folderOf } from './database-options';

/** `slipway migrate check`: the files, without a server. */
export function check(options: FolderOptions): Action {
  return answering(async context => {
    const migrations = await readMigrations(folderOf(options, context));
    const count = migrations.length === 1 ? '1 migration' : `${migrations.length} migrations`;
    context.output.print(`${count}, each with its rollback; every statement can be split and is allowed`);
    return { facts: { migrations: migrations.length } };
  });
}
