import type { Command, Shell } from '../../../../scripts/adapters/shell';
import { ssmSecrets } from '../../../../scripts/node/adapters/parameters';
import { node } from '../../../support/release-documents';

/** SSM with these parameters. */
function secrets(parameters: Readonly<Record<string, string>>, refusal?: string) {
  const commands: Command[] = [];
  const shell: Shell = {
    run: async command => {
      commands.push(command);
      if (refusal !== undefined) return { code: 254, stdout: '', stderr: refusal };
      const names = command.slice(command.indexOf('--names') + 1);
      const found = names.flatMap(Name => (Name in parameters ? [{ Name, Value: parameters[Name] }] : []));
      return { code: 0, stdout: JSON.stringify({ Parameters: found }), stderr: '' };
    },
  };
  return { read: ssmSecrets(shell, node), commands };
}

test('asks for ten at a time, below the stack’s path', async () => {
  const names = Array.from({ length: 23 }, (_, index) => `key-${index}`);
  const parameters = Object.fromEntries(names.map(name => [`/webshop/prod/secrets/${name}`, `value of ${name}`]));
  const { read, commands } = secrets(parameters);
  expect(await read('/webshop/prod', names)).toEqual(Object.fromEntries(names.map(name => [name, `value of ${name}`])));
  expect(commands.map(command => command.length - command.indexOf('--names') - 1)).toEqual([10, 10, 3]);
});

test.each([
  ['does not exist', {}],
  ['has no value yet', { '/webshop/prod/secrets/key': 'not-set' }],
])('a secret that %s ends the release with the command that enters it', async (what, parameters) => {
  await expect(secrets(parameters).read('/webshop/prod', ['key'])).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      new RegExp(
        `^secret /webshop/prod/secrets/key ${what}; .*aws ssm put-parameter --overwrite --type SecureString --name /webshop/prod/secrets/key `,
      ),
    ),
  });
});

test('what SSM has against it is told', async () => {
  await expect(secrets({}, '\nAn error occurred (AccessDenied)').read('/webshop/prod', ['key'])).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('AccessDenied'),
  });
});
