import type { Command, Result, Shell } from '../../../../scripts/adapters/shell';
import { ShellDockerCli } from '../../../../scripts/node/adapters/docker-cli';
import { VirtualClock } from '../../../support/virtual-clock';

const IMAGE = `registry.example.org/web:1@sha256:${'a'.repeat(64)}`;
const DONE: Result = { code: 0, stdout: '', stderr: '' };

/** The command with answers of an engine, one after the other; the last one is given again and again. */
function docker(...answers: readonly (Result | string)[]) {
  const commands: Command[] = [];
  const inputs: (string | undefined)[] = [];
  const shell: Shell = {
    run: async (command, { input }) => {
      const answer = answers[Math.min(commands.length, answers.length - 1)]!;
      commands.push(command);
      inputs.push(input);
      return typeof answer === 'string' ? { code: 1, stdout: '', stderr: answer } : answer;
    },
  };
  const cli = new ShellDockerCli({ shell, clock: new VirtualClock(), socket: '/s.sock', configFolder: '/c' });
  return { cli, commands, inputs };
}

test('each command ends with this program, whoever kills it', async () => {
  const { cli, commands } = docker(DONE);
  await cli.tag(IMAGE, 'keep:1');
  expect(commands).toEqual([
    ['setpriv', '--pdeathsig', 'KILL', 'docker', '--host', 'unix:///s.sock', '--config', '/c', 'tag', IMAGE, 'keep:1'],
  ]);
});

test.each([
  'Cannot connect to the Docker daemon at unix:///s.sock. Is the docker daemon running?',
  'error during connect: Post "http://%2Fs.sock/v1.41/services/create": EOF',
  'Error response from daemon: rpc error: code = Unknown desc = The swarm does not have a leader.',
  'Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join"',
  'Error response from daemon: rpc error: code = Unknown desc = update out of sequence',
])('an engine that says %j is asked again', async complaint => {
  const { cli, commands } = docker(complaint, complaint, DONE);
  await expect(cli.deployStack('webshop-prod', {})).resolves.toBeUndefined();
  expect(commands).toHaveLength(3);
});

test('an engine that stays away is a failure that says where to look', async () => {
  const { cli } = docker('Cannot connect to the Docker daemon at unix:///s.sock.');
  await expect(cli.pull(IMAGE)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('systemctl status docker'),
  });
});

test('a password goes in by standard input and comes out nowhere', async () => {
  const { cli, commands, inputs } = docker('Error: unauthorized: authentication required');
  const login = cli.login({ server: 'registry.example.org', username: 'robot', password: 'marked-secret' });
  await expect(login).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining('renew the secret') });
  await expect(login).rejects.not.toMatchObject({ message: expect.stringContaining('marked') });
  expect(JSON.stringify(commands)).not.toContain('marked');
  expect(inputs).toEqual(['marked-secret']);
});

test.each([
  ['unauthorized: authentication required', 'renew the registry secret'],
  ['manifest for web not found: manifest unknown', 'push the image'],
  ['dial tcp 127.0.0.1:5000: connect: connection refused', 'check that the registry is in reach'],
])('a pull that ends with %j says what to do', async (complaint, next) => {
  const { cli } = docker(complaint);
  await expect(cli.pull(IMAGE)).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining(next) });
});

test('services that are gone already are removed; other trouble is told', async () => {
  await expect(docker('Error: No such service: a').cli.removeServices(['a'])).resolves.toBeUndefined();
  const partly = 'Error: No such service: a\nError response from daemon: something else';
  await expect(docker(partly).cli.removeServices(['a', 'b'])).rejects.toMatchObject({ exitCode: 5 });
});

test('what an earlier attempt has made, whose answer was lost, is made', async () => {
  const exists = 'Error response from daemon: rpc error: code = AlreadyExists desc = secret a already exists';
  await expect(docker(exists).cli.createContent('secret', 'a', 'x')).resolves.toBeUndefined();
  const conflict =
    'Error response from daemon: rpc error: code = AlreadyExists desc = name conflicts with an existing object';
  await expect(docker(conflict).cli.pullEverywhere('webshop-prod', 'pull', IMAGE)).resolves.toBeUndefined();
});

test('ended containers go whose service is gone, of this stack only', async () => {
  const stdout = ['c1 s1 webshop_web', 'c2 s2 webshop_hook-pre-switch-0', 'c3 s3 other_web', 'c4  '].join('\n');
  const { cli, commands } = docker({ ...DONE, stdout });
  await cli.removeEndedContainers('webshop', ['s1']);
  expect(commands.map(command => command.slice(8))).toEqual([expect.arrayContaining(['--all']), ['rm', 'c2']]);
});

test('a command in a container is that of the container: as its user, with the rights that it has', async () => {
  const { cli, commands } = docker({ ...DONE, code: 126 });
  await expect(cli.execute('abc', ['--privileged', '--user', 'root', 'a b;c'])).resolves.toBe(126);
  expect(commands[0]?.slice(3)).toEqual([
    ...['docker', '--host', 'unix:///s.sock', '--config', '/c', 'exec', '--interactive', 'abc'],
    ...['--privileged', '--user', 'root', 'a b;c'],
  ]);
});
