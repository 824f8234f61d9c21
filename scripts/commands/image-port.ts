import path from 'node:path';
import type { Application, Builder, ImageSettings } from '../../stacks/environments/application';
import { localMachine, sshMachine } from '../adapters/build-machine';
import { systemClock } from '../adapters/clock';
import type { Git } from '../adapters/git';
import { buildImage } from '../adapters/image-builder';
import { ImageRegistry, type RegistryLogin } from '../adapters/registry';
import { readSecret } from '../adapters/secret-value';
import { commitTag, imageRepository } from '../domain/image/image-repository';
import { images, REVISION_LABEL, VERSION_LABEL } from '../release/images';
import { buildByPipeline } from '../release/pipeline-build';
import type { ImagePort } from '../release/release-ports';
import { circleCiOf } from './circleci-of';
import type { Context } from './context';
import { repositoryOf } from './released-application';

export interface ImagePortOptions {
  /** @default - the data's */
  readonly builder?: Builder;
  /** Told each line that the build prints. */
  readonly onOutput?: (line: string) => void;
}

/** The images of the application; undefined when the data names none. */
export async function imagePort(
  context: Context,
  application: Application,
  { builder, onOutput }: ImagePortOptions = {},
): Promise<ImagePort | undefined> {
  const { image: settings } = application;
  if (!settings) return undefined;
  const git = repositoryOf(context, application);
  const login = await loginOf(context, settings);
  const registry = new ImageRegistry(imageRepository(settings.repository), login);
  const chosen = builder ?? settings.builder ?? 'local';
  const build =
    chosen === 'ci'
      ? await pipelineBuilder(context, application)
      : builderFor({ context, git, settings, login, onOutput }, chosen);
  return images({ registry, settings, build, log: line => context.output.log(line) });
}

/** The registry of the application's image, to ask. */
export async function imageRegistry(context: Context, settings: ImageSettings): Promise<ImageRegistry> {
  return new ImageRegistry(imageRepository(settings.repository), await loginOf(context, settings));
}

/** How the application's registry is logged in to; undefined where it lets everybody in. */
export async function loginOf(context: Context, { login }: ImageSettings): Promise<RegistryLogin | undefined> {
  if (!login) return undefined;
  return {
    username: login.username,
    password: await readSecret(login.password, 'the token of the image registry', context),
  };
}

interface BuildWith {
  readonly context: Context;
  readonly git: Git;
  readonly settings: ImageSettings;
  readonly login: RegistryLogin | undefined;
  readonly onOutput: ((line: string) => void) | undefined;
}

async function pipelineBuilder(context: Context, application: Application) {
  const { circleci, settings } = await circleCiOf(context, application, 'builder "ci"');
  const { branch = 'master', timeoutMinutes = 60 } = settings;
  const log = (line: string) => context.output.log(line);
  const ports = { circleci, clock: systemClock, log, signal: context.signal };
  return (version: string, commit: string) => buildByPipeline(ports, { version, commit, branch, timeoutMinutes });
}

function builderFor({ context, git, settings, login, onOutput }: BuildWith, builder: Exclude<Builder, 'ci'>) {
  const { shell, root, output, signal } = context;
  const machine = builder === 'local' ? localMachine(shell) : sshMachine(shell, builder.slice('ssh://'.length));
  const ports = {
    machine,
    git,
    logs: path.join(root, '.slipway', 'logs'),
    log: (line: string) => output.log(line),
    signal,
    ...(onOutput && { onOutput }),
  };
  const { reference, server } = imageRepository(settings.repository);
  const {
    context: folder = '.',
    dockerfile = 'Dockerfile',
    args = {},
    retry = 1,
    attest = false,
    buildpacks,
  } = settings;
  return async (version: string, commit: string) =>
    buildImage(ports, {
      commit,
      image: `${reference}:${commitTag(commit)}`,
      server,
      ...(login && { login }),
      context: folder,
      dockerfile,
      attest,
      ...(buildpacks !== undefined && { buildpacks }),
      args: { VERSION: version, ...args },
      labels: await labelsOf(git, version, commit),
      retry,
    });
}

async function labelsOf(git: Git, version: string, commit: string): Promise<Readonly<Record<string, string>>> {
  const [created, source] = await Promise.all([
    git.read(['show', '--no-patch', '--format=%cI', commit]),
    git.read(['config', '--get', `remote.${git.remote}.url`]),
  ]);
  return {
    [REVISION_LABEL]: commit,
    [VERSION_LABEL]: version,
    // Some people's address of the remote holds their token.
    'org.opencontainers.image.source': source.replace(/^(\w+:\/\/)[^@/]*@/, '$1'),
    'org.opencontainers.image.created': created,
  };
}
