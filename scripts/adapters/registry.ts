import { createHash } from 'node:crypto';
import type { ImageRepository } from '../domain/image/image-repository';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { type HttpAnswer, type HttpRequest, parseJson, request } from './http';

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** What an image says of itself. */
export interface ImageFacts {
  readonly digest: string;
  /** Processor architectures that it is for. */
  readonly architectures: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[];
}

interface ImageConfig {
  readonly architecture: string;
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** One repository of a registry, by its HTTP API: to ask for images and to name them, without Docker. */
export class ImageRegistry {
  private authorization: string | undefined;

  constructor(
    private readonly repository: ImageRepository,
    private readonly login: RegistryLogin | undefined,
  ) {}

  /** The image that a tag or digest stands for; undefined when there is none. */
  async find(reference: string): Promise<ImageFacts | undefined> {
    const answer = await this.manifest(reference);
    if (!answer) return undefined;
    const { config, manifests = [] } = parseJson(answer, this.repository.server) as Manifest;
    const digest = digestOf(answer.body);
    if (config) {
      const { architecture, config: inner } = await this.config(config.digest);
      return { digest, architectures: [architecture], labels: inner?.Labels ?? {} };
    }
    // Of an image for several architectures, the parts carry the labels; attestations are for none ("unknown").
    const parts = manifests.filter(({ platform }) => platform && platform.architecture !== 'unknown');
    const first = parts[0] && (await this.find(parts[0].digest));
    return {
      digest,
      architectures: parts.map(({ platform }) => platform?.architecture ?? ''),
      labels: first?.labels ?? {},
    };
  }

  /** Gives an image a further tag, which takes it from the image that had it. */
  async tag(digest: string, tag: string): Promise<void> {
    const found = await this.manifest(digest);
    if (!found) throw this.failure(`has no image ${digest}`);
    const answer = await this.call(`manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': found.headers.get('content-type') ?? MANIFEST_TYPES },
      body: found.body,
    });
    if (answer.status !== 201) throw this.failure(`answered ${answer.status} to the tag ${tag}`);
  }

  private async manifest(reference: string): Promise<HttpAnswer | undefined> {
    const answer = await this.call(`manifests/${reference}`, { headers: { accept: MANIFEST_TYPES } });
    if (answer.status === 404) return undefined;
    if (answer.status === 200) return answer;
    throw this.failure(`answered ${answer.status} when asked for ${reference}`);
  }

  private async config(digest: string): Promise<ImageConfig> {
    const answer = await this.call(`blobs/${digest}`, {});
    if (answer.status === 200) return parseJson(answer, this.repository.server) as ImageConfig;
    throw this.failure(`answered ${answer.status} when asked for ${digest}`);
  }

  private async call(path: string, options: HttpRequest): Promise<HttpAnswer> {
    const url = `${this.repository.url}/v2/${this.repository.name}/${path}`;
    const send = () =>
      request(url, {
        ...options,
        headers: { ...options.headers, ...(this.authorization && { authorization: this.authorization }) },
      });
    const first = await send();
    if (first.status !== 401) return this.unlessForbidden(first);
    this.authorization = await this.answerTo(first.headers.get('www-authenticate') ?? '');
    return this.unlessForbidden(await send());
  }

  /** What a registry wants to see: the password itself, or a token that another server gives for it. */
  private async answerTo(challenge: string): Promise<string> {
    const basic =
      this.login && `Basic ${Buffer.from(`${this.login.username}:${this.login.password}`).toString('base64')}`;
    if (/^basic /i.test(challenge)) {
      if (basic) return basic;
      throw this.failure('wants a login; set `image.login` in stacks/environments/application.ts');
    }
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = field('realm');
    if (realm === undefined) throw this.failure(`asks for a login in a way that is not known: ${challenge}`);
    const url = new URL(realm);
    const service = field('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${this.repository.name}:pull,push`);
    const answer = this.unlessForbidden(await request(url.href, { headers: basic ? { authorization: basic } : {} }));
    const { token, access_token: other } = parseJson(answer, url.host) as { token?: string; access_token?: string };
    return `Bearer ${token ?? other ?? ''}`;
  }

  private unlessForbidden(answer: HttpAnswer): HttpAnswer {
    if (answer.status !== 401 && answer.status !== 403) return answer;
    const who = this.login ? `user ${this.login.username}` : 'a user without login';
    throw this.failure(`refuses ${who} (${answer.status}); check the token and its rights on ${this.repository.name}`);
  }

  private failure(what: string): SlipwayError {
    return new SlipwayError(`registry ${this.repository.server} ${what}`, ExitCode.BuildFailed);
  }
}

function digestOf(body: string): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
