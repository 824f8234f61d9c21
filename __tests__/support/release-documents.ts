import type { NodeSettings } from '../../scripts/domain/release/node-settings';
import type { Release, ServiceFile } from '../../scripts/domain/release/release';

/** Releases for tests: plain data that a test copies and changes. */

export const node: NodeSettings = {
  name: 'webshop-prod',
  stacks: {
    'webshop-prod': { hostnames: ['example.org', 'www.example.org'], parameterPath: '/webshop/prod' },
    'webshop-prod-dev': { hostnames: ['dev.example.org'], parameterPath: '/webshop/dev' },
  },
  state: '/var/lib/slipway',
  dynamic: '/var/lib/slipway/dynamic',
  docker: '/var/run/docker.sock',
  publicPort: 443,
  region: 'eu-central-1',
  vault: 'webshop-prod-vault',
};

export function digest(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

/** A service with the least that it needs. */
export function service(name: string, more: Partial<ServiceFile> = {}): ServiceFile {
  return {
    image: `registry.example.org/${name}:202611.3@${digest('a')}`,
    deploy: { resources: { limits: { memory: '128M' } } },
    ...more,
  };
}

export const healthcheck = { test: ['CMD', '/check'] };

/** One service with a route, and nothing that has a default. */
export const minimalRelease: Release = {
  format: 1,
  manifest: {
    stack: 'webshop-prod',
    version: '202611.3',
    commit: 'c'.repeat(40),
    by: 'jan',
    routes: { web: { port: 8080 } },
    check: { path: '/healthz' },
  },
  stack: { services: { web: service('web', { healthcheck }) } },
};

/** Everything that a release may say, at least once. */
export const maximalRelease: Release = {
  format: 1,
  manifest: {
    ...minimalRelease.manifest,
    reason: 'a fix for the basket, see issue 12',
    runUrl: 'https://circleci.example.org/run/12?tab=log#end',
    migrationLevel: 12,
    routes: {
      proxy: { port: 80, hosts: ['example.org'], paths: ['/', '/shop'] },
      api: { port: 8080, hosts: ['example.org', 'www.example.org'], paths: ['/api'] },
    },
    check: { path: '/healthz', version: { header: 'X-Version' }, smoke: ['/', '/shop?page=2'], times: 2 },
    strategy: 'colours',
    groups: [['web', 'proxy']],
    stages: [['queue'], ['web', 'proxy', 'a*'], ['work*']],
    pause: true,
    canary: 10,
    hooks: {
      preSwitch: [{ service: 'web', command: ['./manage.py', 'migrate'], timeoutSeconds: 600 }],
      postDeploy: [{ service: 'web', command: ['sh', '-c', 'echo $HOME'], allowFailure: true }],
    },
    deadlineSeconds: 120,
    watchSeconds: 20,
    drainSeconds: 10,
    keepMinutes: 60,
    maxDowntimeSeconds: 5,
    registry: { server: 'registry.example.org:5000', username: 'robot', passwordSecret: 'registry-password' },
  },
  stack: {
    services: {
      web: service('web', {
        command: ['gunicorn', '--bind', 'unix:/sockets/web.sock'],
        entrypoint: ['/entry'],
        environment: { GREETING: 'costs 5$ and ${MORE} "quoted"\nnext line', EMPTY: '' },
        healthcheck: {
          test: ['CMD-SHELL', 'test -S $SOCKET'],
          interval: '2s',
          timeout: '1s',
          retries: 5,
          start_period: '1m30s',
        },
        init: false,
        user: '1000:1000',
        working_dir: '/srv/web',
        stop_signal: 'SIGQUIT',
        stop_grace_period: '55s',
        read_only: false,
        tmpfs: ['/tmp', '/run:size=16M'],
        volumes: [
          { type: 'volume', source: 'sockets', target: '/sockets' },
          { type: 'volume', source: 'uploads', target: '/srv/uploads', read_only: true },
        ],
        secrets: [{ source: 'database-url' }, { source: 'app-key', target: 'key.txt' }],
        configs: [{ source: 'settings', target: '/etc/web/settings.ini' }],
        deploy: {
          replicas: 2,
          resources: { limits: { memory: '256M', cpus: '0.5' }, reservations: { memory: '64m', cpus: '0.1' } },
          placement: { constraints: ['node.role == manager', 'node.labels.disk!=slow'] },
        },
      }),
      proxy: service('proxy', {
        healthcheck,
        volumes: [{ type: 'volume', source: 'sockets', target: '/sockets' }],
      }),
      api: service('api', { healthcheck }),
      queue: service('queue', { volumes: [{ type: 'volume', source: 'queue', target: '/data' }] }),
      worker: service('worker', { secrets: [{ source: 'database-url' }] }),
    },
    volumes: { sockets: { perColour: true }, uploads: {}, queue: { perColour: false } },
    secrets: { 'database-url': {}, 'app-key': {} },
    configs: { settings: { content: '[web]\nname = caf\u00e9 \u2028 \u{1f600}\n' } },
  },
};
