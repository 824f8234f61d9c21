import { type Command, InvalidArgumentError } from 'commander';
import { FOLDER } from './defaults';

/** A subcommand that reads the files. */
export function withFolder(command: Command): Command {
  return command.option('--folder <path>', 'folder of the migrations', FOLDER);
}

/** A subcommand that needs a server for a schema of its own. */
export function withServer(command: Command): Command {
  return withFolder(command).option(
    '--url <url>',
    'mysql://user@host:3306/schema, without password (default: SLIPWAY_DATABASE_URL; password in MYSQL_PWD)',
  );
}

/** A subcommand that works on the database of a URL or of an environment, which is its last argument. */
export function withDatabase(command: Command): Command {
  return withWay(withServer(command))
    .argument('[environment]', 'e.g. prod; without it the database of --url')
    .option('--secret <name>', 'secret of the environment that holds the URL, with user and password', 'database-url');
}

/** How the database of an environment is reached. */
export function withWay(command: Command): Command {
  return command
    .option('--no-forward', 'connect straight, from a machine in the network of the database, and not through the node')
    .option('--identity <file>', "private key of the node's account (default: the keys of the agent)");
}

/** The options of `withDatabase`. */
export interface DatabaseArguments {
  readonly url?: string;
  readonly folder: string;
  readonly forward: boolean;
  readonly identity?: string;
  readonly secret: string;
}

/** The options with the environment that was named beside them. */
export function on<Options extends DatabaseArguments>(environment: string | undefined, options: Options) {
  return { ...options, ...(environment !== undefined && { environment }) };
}

/** A number on the command line. */
export function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Allowed is a number from 0 to 999999.');
  return Number(text);
}
