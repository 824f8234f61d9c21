import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Command } from '../../adapters/shell';
import type { DatabaseServer } from '../../rehearsal/database-lab/database-server';
import type { ProcessRunOptions } from './process-run';
import type { Workload } from './workload';

const ROOT = path.join(__dirname, '..', '..', '..');

/** A way to get migrations into a schema. */
export interface Client {
  readonly name: string;
  /** The program to run, for an empty schema. */
  run(workload: Workload, server: DatabaseServer, schema: string): { command: Command; options: ProcessRunOptions };
}

/** The floor: the server's own client, one connection, one pipe, nothing checked and nothing remembered but a row each. */
const pipe: Client = {
  name: 'one pipe',
  run: (workload, server, schema) => {
    if (!server.client) throw new Error('the benchmark needs a server of the database lab, whose client it can run');
    return { command: [...server.client, schema], options: { input: workload.pipe } };
  },
};

const slipway: Client = {
  name: 'slipway',
  run: (workload, server, schema) => ({
    command: slipwayCommand('up', '--url', server.urlOf(schema)),
    options: { env: { SLIPWAY_ROOT: path.dirname(workload.pairs) } },
  }),
};

/** `slipway migrate <verb>` as a user types it; the migrations are those of SLIPWAY_ROOT. */
export function slipwayCommand(...args: string[]): Command {
  return ['node', path.join(ROOT, 'scripts', 'slipway.cjs'), 'migrate', ...args];
}

/** A Node.js program of `peers/`, bundled as ours is, so that no compiler is measured. */
function peer(name: string, folder: string): Client {
  const outfile = path.join(folder, `${name}.cjs`);
  buildSync({
    entryPoints: [path.join(__dirname, 'peers', `${name}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  return {
    name,
    run: (workload, server, schema) => ({
      command: ['node', outfile, server.urlOf(schema), workload.plain],
      options: { env: { NODE_PATH: path.join(ROOT, 'node_modules') } },
    }),
  };
}

/** dbmate's own program; its npm package is a script that starts it. */
function dbmate(): Client {
  const packages = path.join(ROOT, 'node_modules', '@dbmate');
  const [platform = ''] = readdirSync(packages);
  const program = path.join(packages, platform, 'bin', 'dbmate');
  return {
    name: 'dbmate',
    run: (workload, server, schema) => ({
      command: [program, '--url', server.urlOf(schema), '--migrations-dir', workload.dbmate, '--no-dump-schema', 'up'],
      options: {},
    }),
  };
}

/** All clients, the floor first. @param folder for programs that are made for the run */
export function allClients(folder: string): readonly Client[] {
  return [pipe, slipway, peer('umzug', folder), peer('knex', folder), dbmate()];
}

/** Each client with its version, for the head of a report. */
export function versions(): string {
  const load = createRequire(__filename);
  const of = (name: string) =>
    (load(path.join(ROOT, 'node_modules', name, 'package.json')) as { version: string }).version;
  return ['mysql2', 'umzug', 'knex', 'dbmate'].map(name => `${name} ${of(name)}`).join(', ');
}
