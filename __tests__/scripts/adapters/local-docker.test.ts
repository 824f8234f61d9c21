import { LocalDocker } from '../../../scripts/adapters/local-docker';
import type { Command, Result, RunOptions, Shell } from '../../../scripts/adapters/shell';

const IMAGE = `registry.example.org/shop@sha256:${'a'.repeat(64)}`;
const NO_IMAGE: Partial<Result> = { code: 1, stderr: 'Error: No such image' };

/** Docker with answers by the beginning of the command. */
function docker(answers: Readonly<Record<string, Partial<Result>>> = {}) {
  const calls: { readonly command: Command; readonly options: RunOptions }[] = [];
  const shell: Shell = {
    run: async (command, options) => {
      calls.push({ command, options });
      const words = command.slice(1).join(' ');
      const [, answer = {}] = Object.entries(answers).find(([start]) => words.startsWith(start)) ?? [];
      return { code: 0, stdout: '', stderr: '', ...answer };
    },
  };
  const local = new LocalDocker({ shell, id: 'v-1', folder: '/f', signal: new AbortController().signal });
  return { local, calls, said: () => calls.map(({ command }) => command.slice(1).join(' ')) };
}

test('an image that is here is not asked for', async () => {
  const { local, said } = docker();
  await local.provide(IMAGE);
  expect(said()).toEqual([`image inspect --format {{.Id}} ${IMAGE}`]);
});

test('a token goes in by standard input, into settings that go again', async () => {
  const { local, calls, said } = docker({ 'image inspect': NO_IMAGE });
  await local.provide(IMAGE, { server: 'registry.example.org', login: { username: 'robot', password: 'marked' } });
  expect(said().slice(1)).toEqual([
    '--config /f login --username robot --password-stdin registry.example.org',
    `--config /f pull --quiet ${IMAGE}`,
  ]);
  expect(calls[1]?.options.input).toBe('marked');
  expect(said().join('\n')).not.toContain('marked');
});

test('values of variables go by the environment, as everybody can read arguments', async () => {
  const { local, calls, said } = docker({ run: { stdout: 'abc\n' } });
  await expect(local.start(['--env', 'PASSWORD', 'mysql:8.4'], { PASSWORD: 'marked' })).resolves.toBe('abc');
  expect(said()).toEqual(['run --env PASSWORD mysql:8.4']);
  expect(calls[0]?.options.env).toEqual({ PASSWORD: 'marked' });
});

test.each([
  ['true 0 healthy\n', { running: true, exitCode: 0, health: 'healthy' }],
  ['false 137 \n', { running: false, exitCode: 137, health: '' }],
])('a container that is %j is read', async (stdout, state) => {
  await expect(docker({ inspect: { stdout } }).local.stateOf('abc')).resolves.toEqual(state);
});

test('the port of this machine is read, also where there are two families', async () => {
  const { local } = docker({ port: { stdout: '127.0.0.1:49153\n' } });
  await expect(local.portOf('abc', 8080)).resolves.toBe(49_153);
});

test('everything of this verification is removed, and nothing else', async () => {
  const { local, said } = docker({ ps: { stdout: 'a\nb\n' }, 'network ls': { stdout: 'n\n' } });
  await local.removeAll(['v-1-data']);
  expect(said()).toEqual([
    'ps --all --quiet --filter label=slipway.verify=v-1',
    'rm --force --volumes a b',
    'volume rm v-1-data',
    'network ls --quiet --filter label=slipway.verify=v-1',
    'network rm n',
  ]);
});

test('where nothing was started, nothing is removed', async () => {
  const { local, said } = docker();
  await local.removeAll([]);
  expect(said().filter(words => / ?rm /.test(words))).toEqual([]);
});

test('a Docker that does not answer is told of in one line, with what to look at', async () => {
  const stderr = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
  await expect(docker({ network: { code: 1, stderr } }).local.makeNetwork()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^docker network ended with 1: Cannot connect.*; see: docker version$/),
  });
});
