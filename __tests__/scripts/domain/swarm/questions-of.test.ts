import type { Manifest } from '../../../../scripts/domain/release/release';
import { questionsOf } from '../../../../scripts/domain/swarm/questions-of';
import { minimalRelease } from '../../../support/release-documents';

const HOSTS = ['example.org', 'www.example.org'];
const manifest: Manifest = {
  ...minimalRelease.manifest,
  routes: {
    web: { port: 1 },
    api: { port: 2, paths: ['/api', '/v2/'] },
    docs: { port: 3, hosts: ['docs.example.org'] },
  },
  check: {
    path: '/healthz',
    version: { path: '/api/version' },
    smoke: ['/', '/apiary', '/api?page=2', '/v2/x', '/v2'],
    times: 5,
  },
};

test('a service is asked what its routes lead to it, and nothing else', () => {
  expect(questionsOf(manifest, HOSTS, 'web')).toEqual({
    host: 'example.org',
    questions: { path: '/healthz', smoke: ['/', '/apiary', '/v2'], times: 5 },
  });
  expect(questionsOf(manifest, HOSTS, 'api')).toEqual({
    host: 'example.org',
    questions: { version: { path: '/api/version' }, smoke: ['/api?page=2', '/v2/x'], times: 5 },
  });
});

test('a service with a host name of its own is asked everything under that name', () => {
  expect(questionsOf(manifest, HOSTS, 'docs')).toEqual({ host: 'docs.example.org', questions: manifest.check });
});

test('a version in a header is the one of the health path', () => {
  const check = { path: '/api/healthz', version: { header: 'X-Version' } };
  expect(questionsOf({ ...manifest, check }, HOSTS, 'api').questions).toEqual({ ...check, smoke: [] });
  expect(questionsOf({ ...manifest, check }, HOSTS, 'web').questions).toEqual({ smoke: [] });
});
