/** What is built, as far as its commands depend on it. */
export interface Built {
  /** Image with its tag, e.g. `registry.example.org/webshop:git-commit-3209ce7`. */
  readonly image: string;
  readonly dockerfile: string;
  /** Image of Cloud Native Buildpacks that build instead of the Dockerfile. @default - the Dockerfile */
  readonly buildpacks?: string;
  /** Whether the image carries a list of its parts and where it comes from. */
  readonly attest: boolean;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where it is built. */
export interface BuildPlace {
  /** The client with the settings of this build. */
  readonly docker: readonly string[];
  /** Folder of these settings. */
  readonly config: string;
  readonly sources: string;
}

/** A command of a build. */
export interface BuildStep {
  readonly what: 'build' | 'push';
  readonly command: readonly string[];
  /** Text for standard input. */
  readonly input?: string;
}

/** The commands that build an image and push it. */
export function buildSteps(built: Built, place: BuildPlace): readonly BuildStep[] {
  const { image, buildpacks, attest } = built;
  const push: BuildStep = { what: 'push', command: [...place.docker, 'push', image] };
  if (buildpacks !== undefined) return [...packSteps(built, buildpacks, place), push];
  const words = dockerWords(built, place);
  if (!attest) return [{ what: 'build', command: [...place.docker, 'build', ...words] }, push];
  // An attestation is a part of what is pushed, and in no local image.
  const attested = ['buildx', 'build', '--push', '--sbom=true', '--provenance=mode=max'];
  return [{ what: 'build', command: [...place.docker, ...attested, ...words] }];
}

function dockerWords({ image, dockerfile, args, labels }: Built, { sources }: BuildPlace): string[] {
  const named = ['--file', `${sources}/${dockerfile}`, '--tag', image];
  return [...named, ...pairs('--label', labels), ...pairs('--build-arg', args), sources];
}

/** Which labels buildpacks set is their own affair, so they are put onto what they have built. */
function packSteps({ image, args, labels }: Built, builder: string, place: BuildPlace): BuildStep[] {
  const { docker, config, sources } = place;
  const pack = ['pack', 'build', image, '--builder', builder, '--path', sources, ...pairs('--env', args)];
  const lines = [
    `FROM ${image}`,
    ...Object.entries(args).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
  ];
  return [
    { what: 'build', command: ['env', `DOCKER_CONFIG=${config}`, ...pack] },
    {
      what: 'build',
      command: [...docker, 'build', '--tag', image, ...pairs('--label', labels), '-'],
      input: `${lines.join('\n')}\n`,
    },
  ];
}

function pairs(option: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
}
