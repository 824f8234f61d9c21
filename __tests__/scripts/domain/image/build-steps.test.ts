import { buildSteps } from '../../../../scripts/domain/image/build-steps';

const BUILT = {
  image: 'registry.example.org/webshop:git-commit-3209ce7',
  dockerfile: 'docker/Dockerfile',
  attest: false,
  args: { VERSION: '202611.1' },
  labels: { 'org.opencontainers.image.version': '202611.1' },
};
const PLACE = { docker: ['docker', '--config', '/b/docker'], config: '/b/docker', sources: '/b/sources' };
const LABELS = ['--label', 'org.opencontainers.image.version=202611.1'];
const NAMED = ['--file', '/b/sources/docker/Dockerfile', '--tag', BUILT.image, ...LABELS];
const WORDS = [...NAMED, '--build-arg', 'VERSION=202611.1', '/b/sources'];

test('a Dockerfile is built, and then pushed', () => {
  expect(buildSteps(BUILT, PLACE)).toEqual([
    { what: 'build', command: [...PLACE.docker, 'build', ...WORDS] },
    { what: 'push', command: [...PLACE.docker, 'push', BUILT.image] },
  ]);
});

test('what is attested is pushed by who builds it', () => {
  const attested = ['buildx', 'build', '--push', '--sbom=true', '--provenance=mode=max'];
  expect(buildSteps({ ...BUILT, attest: true }, PLACE)).toEqual([
    { what: 'build', command: [...PLACE.docker, ...attested, ...WORDS] },
  ]);
});

test('buildpacks build with the login of this build; labels and variables come onto that', () => {
  const builder = 'paketobuildpacks/builder@sha256:abc';
  const [pack, labelled, push] = buildSteps({ ...BUILT, buildpacks: builder }, PLACE);
  expect(pack?.command).toEqual([
    ...['env', 'DOCKER_CONFIG=/b/docker', 'pack', 'build', BUILT.image, '--builder', builder],
    ...['--path', '/b/sources', '--env', 'VERSION=202611.1'],
  ]);
  expect(labelled).toEqual({
    what: 'build',
    command: [...PLACE.docker, 'build', '--tag', BUILT.image, ...LABELS, '-'],
    input: `FROM ${BUILT.image}\nENV VERSION="202611.1"\n`,
  });
  expect(push?.what).toBe('push');
});
