import type { SwarmApplication } from './application';

/** A community site: PHP behind Apache in one container, its uploads in S3, its data in RDS. */
export const web: SwarmApplication = {
  services: {
    web: {
      environment: { PORT: '8080' },
      secrets: [{ source: 'database-url' }, { source: 'app-key' }],
      // Apache's lock and PHP's sessions; everything else of the image is read-only.
      tmpfs: ['/tmp', '/run'],
      healthcheck: {
        test: ['CMD', 'curl', '--fail', '--silent', '--output', '/dev/null', 'http://127.0.0.1:8080/healthz'],
        interval: '10s',
        timeout: '3s',
        retries: 3,
        start_period: '60s',
      },
      stop_grace_period: '30s',
      deploy: { replicas: 1, resources: { limits: { memory: '256M' } } },
    },
  },
  routes: { web: { port: 8080 } },
  check: { path: '/healthz', version: { path: '/version' }, smoke: ['/'] },
  migrations: {},
};
