import { filledIn, localDatabaseUrl } from '../../../../scripts/domain/verify/local-database';
import {
  healthCommand,
  type LocalContainer,
  runArguments,
  volumesOf,
} from '../../../../scripts/domain/verify/run-arguments';
import type { ServiceFile } from '../../../../scripts/domain/release/release';

const IMAGE = `registry.example.org/web@sha256:${'a'.repeat(64)}`;
const SMALL: ServiceFile = { image: IMAGE, deploy: { resources: { limits: { memory: '64M' } } } };

const container = (service: Partial<ServiceFile>, rest: Partial<LocalContainer> = {}): LocalContainer => ({
  name: 'web',
  service: { ...SMALL, ...service },
  id: 'slipway-verify-1',
  envFile: '/f/web.env',
  binds: [],
  ...rest,
});

const COMMON = [
  ...['--detach', '--label', 'slipway.verify=slipway-verify-1', '--network', 'slipway-verify-1'],
  ...['--network-alias', 'web', '--env-file', '/f/web.env', '--memory', '64M'],
];

test('a service without more is started as a node starts it', () => {
  expect(runArguments(container({}))).toEqual([...COMMON, '--init', '--read-only', IMAGE]);
});

test('everything that a release may say is handed on', () => {
  const service: Partial<ServiceFile> = {
    ...{ command: ['serve', '--all; now'], entrypoint: ['/bin/run', '-x'], user: '65534', working_dir: '/shop' },
    ...{ stop_signal: 'SIGQUIT', init: false, read_only: false, tmpfs: ['/tmp', '/run:size=16M'] },
    healthcheck: { test: ['CMD', 'true'] },
    volumes: [
      { type: 'volume', source: 'uploads', target: '/uploads' },
      { type: 'volume', source: 'shared', target: '/shared', read_only: true },
    ],
    deploy: { resources: { limits: { memory: '64M', cpus: '0.5' } } },
  };
  const binds = [{ source: '/f/files/web-secret-key', target: '/run/secrets/key' }];
  expect(runArguments(container(service, { binds, port: 8080 }))).toEqual([
    ...COMMON,
    ...['--cpus', '0.5', '--user', '65534', '--workdir', '/shop', '--stop-signal', 'SIGQUIT'],
    ...['--mount', 'type=tmpfs,target=/tmp', '--mount', 'type=tmpfs,target=/run,tmpfs-size=16M'],
    ...['--mount', 'type=volume,source=slipway-verify-1-uploads,target=/uploads'],
    ...['--mount', 'type=volume,source=slipway-verify-1-shared,target=/shared,readonly'],
    ...['--mount', 'type=bind,source=/f/files/web-secret-key,target=/run/secrets/key,readonly'],
    ...['--publish', '127.0.0.1::8080', '--no-healthcheck', '--entrypoint', '/bin/run'],
    ...[IMAGE, '-x', 'serve', '--all; now'],
  ]);
});

test('volumes that services share are one', () => {
  const shares = { ...SMALL, volumes: [{ type: 'volume', source: 'shared', target: '/a' }] } as const;
  expect(volumesOf('v', { web: shares, worker: shares, other: SMALL })).toEqual(['v-shared']);
});

test.each([
  [undefined, undefined],
  [['NONE'], undefined],
  [
    ['CMD', 'curl', 'a b'],
    ['curl', 'a b'],
  ],
  [
    ['CMD-SHELL', 'curl a || exit 1'],
    ['sh', '-c', 'curl a || exit 1'],
  ],
])('the health check %j runs %j', (check, command) => {
  expect(healthCommand(check && { test: check })).toEqual(command);
});

test('words for the database are filled in wherever they stand', () => {
  expect(filledIn('{database-url}?x={database-password}', 'pw')).toBe('mysql://root:pw@database:3306/application?x=pw');
  expect(filledIn('{database}', 'pw')).toBe('{database}');
  expect(localDatabaseUrl('pw', { host: '127.0.0.1', port: 49_153 })).toBe(
    'mysql://root:pw@127.0.0.1:49153/application',
  );
});
