import type { Application, ImageSettings } from '../../stacks/environments/application';
import { copyFromImage } from '../adapters/image-files';
import { readSecret } from '../adapters/secret-value';
import { imageRepository } from '../domain/image/image-repository';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Context } from './context';
import { imageRegistry } from './image-port';

/** Digest of the image of a version. @throws SlipwayError when the registry has none */
export async function imageOf(context: Context, application: Application, version: string): Promise<string> {
  const settings = settingsOf(application);
  const image = await (await imageRegistry(context, settings)).find(version);
  if (image) return image.digest;
  throw new SlipwayError(
    `${settings.repository} has no image ${version}; build it: slipway build ${version}`,
    ExitCode.BuildFailed,
  );
}

/** Copies a folder out of the image with this digest. */
export async function copyAssetsOut(
  context: Context,
  application: Application,
  { digest, folder, into }: { readonly digest: string; readonly folder: string; readonly into: string },
): Promise<void> {
  const { repository, login } = settingsOf(application);
  const { reference, server } = imageRepository(repository);
  const password = login && (await readSecret(login.password, 'the token of the image registry', context));
  await copyFromImage(context.shell, {
    image: `${reference}@${digest}`,
    server,
    ...(login && password !== undefined && { login: { username: login.username, password } }),
    folder,
    into,
    signal: context.signal,
  });
}

function settingsOf({ image }: Application): ImageSettings {
  if (image) return image;
  throw new SlipwayError('assets.fromImage needs `image` in stacks/environments/application.ts; add it');
}
