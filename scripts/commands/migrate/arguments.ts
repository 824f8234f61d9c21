import { type Command, InvalidArgumentError } from 'commander';

const FOLDER = 'migrations';

/** A subcommand that reads the files. */
export function withFolder(command: Command): Command {
  return command.option('--folder <path>', 'folder of the migrations', FOLDER);
}

/** A subcommand that needs a server too. */
export function withDatabase(command: Command): Command {
  return withFolder(command).option(
    '--url <url>',
    'mysql://user@host:3306/schema, without password (default: SLIPWAY_DATABASE_URL; password in MYSQL_PWD)',
  );
}

/** A number on the command line. */
export function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Allowed is a number from 0 to 999999.');
  return Number(text);
}
