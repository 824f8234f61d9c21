import type { Shell } from '../../adapters/shell';
import { ExitCode } from '../../domain/exit-code';
import type { NodeSettings } from '../../domain/release/node-settings';
import { SlipwayError } from '../../domain/slipway-error';

/** Values of secrets by their names. They are kept in memory only. */
export type ReadSecrets = (
  parameterPath: string,
  names: readonly string[],
) => Promise<Readonly<Record<string, string>>>;

interface Answer {
  readonly Parameters: readonly { readonly Name: string; readonly Value: string }[];
}

/** SSM takes ten names a call. */
const NAMES_A_CALL = 10;
/** What Terraform puts where an operator has not entered a value yet. */
const PLACEHOLDER = 'not-set';

/** Reads secrets from SSM with Debian's `aws` command, which knows the node's role. */
export function ssmSecrets(shell: Shell, { region, awsEndpointUrl }: NodeSettings): ReadSecrets {
  const where = ['--region', region, ...(awsEndpointUrl === undefined ? [] : ['--endpoint-url', awsEndpointUrl])];
  const read = async (names: readonly string[]) => {
    const words = ['ssm', 'get-parameters', '--with-decryption', '--output', 'json', '--names', ...names];
    const { code, stdout, stderr } = await shell.run(['aws', ...where, ...words], { write: false });
    if (code === 0) return (JSON.parse(stdout) as Answer).Parameters;
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new SlipwayError(
      `the secrets cannot be read from SSM: ${reason}; release again`,
      ExitCode.VerificationFailed,
    );
  };
  return async (parameterPath, names) => {
    const paths = names.map(name => `${parameterPath}/secrets/${name}`);
    const calls = [];
    for (let at = 0; at < paths.length; at += NAMES_A_CALL) calls.push(read(paths.slice(at, at + NAMES_A_CALL)));
    const found = new Map((await Promise.all(calls)).flat().map(({ Name, Value }) => [Name, Value]));
    return Object.fromEntries(names.map((name, index) => [name, entered(paths[index] ?? '', found)]));
  };
}

function entered(parameter: string, found: ReadonlyMap<string, string>): string {
  const value = found.get(parameter);
  if (value !== undefined && value !== PLACEHOLDER) return value;
  throw new SlipwayError(
    `secret ${parameter} ${value === undefined ? 'does not exist' : 'has no value yet'}; enter it with: ` +
      `aws ssm put-parameter --overwrite --type SecureString --name ${parameter} --value file://value.txt`,
    ExitCode.VerificationFailed,
  );
}
