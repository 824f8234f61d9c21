import type { Manifest, Release, Route } from '../../../../scripts/domain/release/release';
import { stagesOf, unitFingerprint, unitsOf } from '../../../../scripts/domain/swarm/units';
import { changed } from '../../../support/changed';
import { digest, maximalRelease, minimalRelease, service } from '../../../support/release-documents';

const resolved = {
  secrets: { 'database-url': 'database-url_1', 'app-key': 'app-key_1' },
  configs: { settings: 'settings_1' },
};

/** A release of services by name; the routed ones are reached by the public. */
function releaseOf(names: readonly string[], routed: readonly string[], manifest: Partial<Manifest> = {}): Release {
  const routes = Object.fromEntries(routed.map((name): [string, Route] => [name, { port: 80 }]));
  const services = Object.fromEntries(names.map(name => [name, service(name)]));
  return { ...minimalRelease, manifest: { ...minimalRelease.manifest, routes, ...manifest }, stack: { services } };
}

describe('units', () => {
  it('are groups, named after their first service, and every other service', () => {
    expect(unitsOf(maximalRelease)).toEqual([
      { name: 'web', services: ['web', 'proxy'], kind: 'coloured' },
      { name: 'api', services: ['api'], kind: 'coloured' },
      { name: 'queue', services: ['queue'], kind: 'rolling' },
      { name: 'worker', services: ['worker'], kind: 'rolling' },
    ]);
  });

  it('keep the order of a group, whatever order the services are written in', () => {
    const release = releaseOf(['proxy', 'cache', 'web'], ['proxy'], { groups: [['web', 'proxy']] });
    expect(unitsOf(release).map(({ services }) => services)).toEqual([['web', 'proxy'], ['cache']]);
  });

  it('are coloured when the public reaches any of their services, and no other ones are', () => {
    const release = releaseOf(['a', 'b', 'c', 'd'], ['b'], {
      groups: [
        ['a', 'b'],
        ['c', 'd'],
      ],
    });
    expect(unitsOf(release).map(({ kind }) => kind)).toEqual(['coloured', 'rolling']);
  });
});

describe('stages', () => {
  const names = (release: Release) => stagesOf(release).map(stage => stage.map(({ name }) => name));

  it('are one where the release names none', () => {
    expect(names(releaseOf(['b', 'a'], []))).toEqual([['b', 'a']]);
  });

  it('hold their units in the order of their patterns', () => {
    expect(names(maximalRelease)).toEqual([['queue'], ['web', 'api'], ['worker']]);
    const release = releaseOf(['phpha', 'phpfiles', 'web1', 'web2'], [], { stages: [['phpfiles'], ['web*', 'phpha']] });
    expect(names(release)).toEqual([['phpfiles'], ['web1', 'web2', 'phpha']]);
  });
});

describe('the fingerprint of a unit', () => {
  const of = (release: unknown, name = 'web', names = resolved) => {
    const found = unitsOf(release as Release).find(unit => unit.name === name)!;
    return unitFingerprint(release as Release, found, names);
  };
  const before = of(maximalRelease);

  it.each([
    ['another image', 'stack.services.web.image', `web:2@${digest('b')}`],
    ['another image of its second service', 'stack.services.proxy.image', `proxy:2@${digest('b')}`],
    ['another variable', 'stack.services.web.environment.EMPTY', 'no more'],
    ['a variable less', 'stack.services.web.environment.EMPTY', undefined],
    ['another number of tasks', 'stack.services.web.deploy.replicas', 3],
    ['another health check', 'stack.services.web.healthcheck.interval', '3s'],
    ['another port', 'manifest.routes.proxy.port', 81],
    ['another path', 'manifest.routes.proxy.paths', ['/']],
    ['another kind of volume', 'stack.volumes.uploads.perColour', true],
  ])('changes with %s', (_, at, value) => {
    expect(of(changed(maximalRelease, at, value))).not.toBe(before);
  });

  it.each([
    ['another version', 'manifest.version', '202611.4'],
    ['another commit', 'manifest.commit', 'd'.repeat(40)],
    ['another person', 'manifest.by', 'piet'],
    ['another check', 'manifest.check.path', '/'],
    ['another service', 'stack.services.worker.image', `worker:2@${digest('b')}`],
    ['the content of a file, which is in its resolved name', 'stack.configs.settings.content', 'x'],
  ])('does not change with %s', (_, at, value) => {
    expect(of(changed(maximalRelease, at, value))).toBe(before);
  });

  it('changes with the content of a secret or a file that it uses, by its name', () => {
    expect(of(maximalRelease, 'web', { ...resolved, configs: { settings: 'settings_2' } })).not.toBe(before);
    const secrets = { ...resolved, secrets: { ...resolved.secrets, 'app-key': 'app-key_2' } };
    expect(of(maximalRelease, 'web', secrets)).not.toBe(before);
    expect(of(maximalRelease, 'worker', secrets)).toBe(of(maximalRelease, 'worker'));
  });

  it('does not depend on the order in which keys are written', () => {
    const reordered = JSON.parse(JSON.stringify(maximalRelease), (_, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as Release;
    expect(of(reordered)).toBe(before);
  });
});
