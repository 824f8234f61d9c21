import { releaseChanges } from '../../../../scripts/domain/deploy/release-changes';
import type { Manifest, Release, ServiceFile, StackFile } from '../../../../scripts/domain/release/release';
import { digest, maximalRelease, minimalRelease, service } from '../../../support/release-documents';

interface Change {
  readonly web?: Partial<ServiceFile>;
  readonly services?: StackFile['services'];
  readonly manifest?: Partial<Manifest>;
  readonly stack?: Partial<StackFile>;
}

/** The small release with something in it that is different. */
function release({ web, services, manifest, stack }: Change = {}): Release {
  const own = { web: { ...minimalRelease.stack.services['web']!, ...web } };
  return {
    ...minimalRelease,
    manifest: { ...minimalRelease.manifest, ...manifest },
    stack: { services: services ?? own, ...stack },
  };
}

const changes = (before: Change | undefined, after: Change) =>
  releaseChanges(before && release(before), release(after)).map(({ part, what }) => `${part}: ${what}`);

describe('what a release changes', () => {
  it('is nothing for the same one, and everything for the first one', () => {
    expect(releaseChanges(maximalRelease, maximalRelease)).toEqual([]);
    expect(changes(undefined, {})).toEqual([`web: is new: registry.example.org/web:202611.3@${digest('a')}`]);
  });

  it('names the image without its registry, with twelve digits of the digest', () => {
    const image = `registry.example.org/team/web:202611.4@${digest('b')}`;
    expect(changes({}, { web: { image } })).toEqual([
      'web: image web:202611.3@sha256:aaaaaaaaaaaa -> web:202611.4@sha256:bbbbbbbbbbbb',
    ]);
  });

  it('names variables, never their values', () => {
    const before = { web: { environment: { A: 'marked-1', B: 'marked-2', SAME: 'marked-3' } } };
    const after = { web: { environment: { B: 'marked-4', C: 'marked-5', SAME: 'marked-3' } } };
    expect(changes(before, after)).toEqual([
      'web: variable A removed',
      'web: variable B changed',
      'web: variable C added',
    ]);
    expect(changes({}, after)).toHaveLength(3);
  });

  it('counts tasks, of which there is one where nobody says otherwise', () => {
    const deploy = (replicas?: number, memory = '128M'): Change => ({
      web: { deploy: { ...(replicas !== undefined && { replicas }), resources: { limits: { memory } } } },
    });
    expect(changes(deploy(), deploy(1))).toEqual([]);
    expect(changes(deploy(), deploy(3))).toEqual(['web: tasks 1 -> 3']);
    expect(changes(deploy(2, '64M'), deploy(2))).toEqual(['web: resources changed']);
  });

  it('names a service that comes, one that goes, and what else is different in one', () => {
    const web = release().stack.services['web']!;
    const cache = service('cache');
    expect(changes({ services: { web, cache } }, {})).toEqual(['cache: is removed']);
    expect(changes({}, { services: { web, cache } })).toEqual([`cache: is new: ${cache.image}`]);
    expect(changes({ web: { tmpfs: ['/tmp'] } }, { web: { tmpfs: ['/tmp', '/run'], user: '1000' } })).toEqual([
      'web: tmpfs changed',
      'web: user changed',
    ]);
    expect(changes({ web: { tmpfs: ['/tmp'] } }, { web: { tmpfs: ['/tmp'] } })).toEqual([]);
  });

  it('names the rules of the release, and the files beside its services', () => {
    const stack = { configs: { settings: { content: 'b' } } };
    expect(
      changes({ stack: { configs: { settings: { content: 'a' } } } }, { manifest: { keepMinutes: 5 }, stack }),
    ).toEqual(['release: keepMinutes changed', 'stack: configs changed']);
  });

  it('does not name what belongs to the run and not to the release', () => {
    const manifest: Partial<Manifest> = {
      ...{ version: '9', commit: 'd'.repeat(40), by: 'anna', reason: 'why', runUrl: 'https://ci.example.org/1' },
      ...{ migrationLevel: 9, stages: [['web']], pause: true, canary: 5 },
    };
    expect(changes({}, { manifest })).toEqual([]);
  });
});
