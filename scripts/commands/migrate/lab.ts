import path from 'node:path';
import type { Action } from '../action';
import { MigrationError } from '../../domain/migration/migration-error';
import { endLastingServer, lastingServer, startLastingServer } from '../../rehearsal/database-lab/lasting-server';
import { cacheFolder, type DatabaseKind, findPrograms, INSTALL_DATABASES } from '../../rehearsal/database-lab/programs';
import type { Context } from '../context';
import { answering } from './answer';

export interface LabOptions {
  readonly kind: DatabaseKind;
  /** Ends the server instead of starting one. */
  readonly end: boolean;
}

/** `slipway migrate lab`: a real server to try migrations on, which goes on until it is ended. */
export function lab({ kind, end }: LabOptions): Action {
  return answering(async context => {
    const { output, root } = context;
    if (context.dryRun) return {};
    if (end) {
      output.print((await endLastingServer(root)) ? 'the server and its data are gone' : 'there is no server to end');
      return {};
    }
    const running = lastingServer(root) ?? (await start(kind, context));
    output.print(`a ${running.kind} server with an empty schema, until: npx slipway migrate lab --end`);
    output.print(`  export SLIPWAY_DATABASE_URL='${running.url}'`);
    return { facts: { ...running } };
  });
}

async function start(kind: DatabaseKind, { root, env, shell, output }: Context) {
  const cache = cacheFolder(env);
  if (!findPrograms(kind, cache)) {
    output.log(`unpacking ${kind} into ${cache}, once`);
    const installed = await shell.run([path.join(root, INSTALL_DATABASES), kind], { write: true });
    if (installed.code !== 0) {
      const reason = installed.stderr.trim().split('\n').at(-1) ?? '';
      throw new MigrationError('usage', `${kind} cannot be had here (${reason}); use a server of your own with --url`);
    }
  }
  return startLastingServer(root, kind, { cache });
}
