import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { SlipwayError } from '../../domain/slipway-error';

export interface Blob {
  /** `sha256:...` */
  readonly digest: string;
  readonly size: number;
}

export interface ImageManifest {
  readonly config: object;
  readonly layers: readonly Blob[];
}

interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly file?: string;
}

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';
/** Not compressed: on one machine that costs more time than it saves. */
const LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar';

/**
 * Pushes images without an engine. Two versions that share their files differ in a few hundred bytes, so a push takes
 * milliseconds where building and pushing with Docker takes seconds.
 */
export class RegistryClient {
  private readonly authorization: string;

  constructor(
    private readonly url: string,
    login: { readonly username: string; readonly password: string },
  ) {
    this.authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  }

  async answers(): Promise<boolean> {
    return this.call('GET', '/v2/').then(
      ({ statusCode }) => statusCode === 200,
      () => false,
    );
  }

  /** Uploads a file, unless the registry has it. */
  async pushFile(repository: string, blob: Blob, file: string): Promise<void> {
    const known = await this.call('HEAD', `/v2/${repository}/blobs/${blob.digest}`);
    if (known.statusCode !== 200) await this.upload(repository, blob, { file });
  }

  /** Makes an image of layers that were uploaded, and returns its digest. */
  async pushImage(repository: string, tag: string, { config, layers }: ImageManifest): Promise<string> {
    const configuration = Buffer.from(JSON.stringify(config));
    const described = { digest: digestOf(configuration), size: configuration.length };
    await this.upload(repository, described, { body: configuration });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config: { mediaType: CONFIG_TYPE, ...described },
        layers: layers.map(layer => ({ mediaType: LAYER_TYPE, ...layer })),
      }),
    );
    const path = `/v2/${repository}/manifests/${tag}`;
    const answer = await this.call('PUT', path, { body: manifest, headers: { 'content-type': MANIFEST_TYPE } });
    this.expect(answer, 201, `PUT ${path}`);
    return digestOf(manifest);
  }

  private async upload(repository: string, { digest, size }: Blob, content: Call): Promise<void> {
    const begun = await this.call('POST', `/v2/${repository}/blobs/uploads/`);
    this.expect(begun, 202, `POST to ${repository}`);
    const place = new URL(begun.headers.location ?? '', this.url);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': `${size}` };
    const done = await this.call('PUT', `${place.pathname}${place.search}`, { ...content, headers });
    this.expect(done, 201, `PUT of ${digest}`);
  }

  private expect(answer: IncomingMessage, status: number, what: string): void {
    if (answer.statusCode !== status)
      throw new SlipwayError(`the registry answered ${String(answer.statusCode)} to ${what}, not ${status}`);
  }

  private call(method: string, path: string, { headers, body, file }: Call = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = request(
        `${this.url}${path}`,
        { method, headers: { authorization: this.authorization, ...headers }, agent: false },
        answer => {
          answer.resume();
          answer.on('end', () => resolve(answer));
          answer.on('error', reject);
        },
      );
      sent.on('error', reject);
      if (file === undefined) sent.end(body);
      else createReadStream(file).on('error', reject).pipe(sent);
    });
  }
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Digest and size of a file of any size. */
export async function describeFile(file: string): Promise<Blob> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { digest: `sha256:${hash.digest('hex')}`, size: statSync(file).size };
}
