import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { LabShell } from './lab-shell';
import { type Blob, describeFile } from './registry-client';
import type { Registry } from './registry';

/** How a version of the sample application behaves. */
export type SampleMode =
  /** Does all as it should; finishes what it has begun when it is asked to end. */
  | 'works'
  /** Works, but drops what it has begun when it is asked to end. */
  | 'exit-at-once'
  /** Its health check fails for ever. */
  | 'never-healthy'
  /** Is healthy but answers 500 to everything else. */
  | 'http-500'
  /** Says that it is version 0.0.0. */
  | 'wrong-version'
  /** Ends at once, and well. */
  | 'exit-0'
  /** Takes memory from its first second on, past any limit. */
  | 'oom'
  /** Crashes so many seconds after its start. */
  | `crash-after=${number}`
  /** Answers 500 once it has served so many requests of visitors; its health check stays good. */
  | `fails-after-switch=${number}`;

export interface SampleImagesOptions {
  readonly shell: LabShell;
  /** The user's cache folder of slipway. */
  readonly cache: string;
  /** `application.cjs`. */
  readonly program: string;
  readonly registry: Registry;
  /** @default 'web' */
  readonly repository?: string;
}

const SECOND_NS = 1_000_000_000;
const APPLETS = ['sh', 'cat', 'echo', 'false', 'sleep', 'true', 'wget'];
const CHECK = ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'];

/** Images of the sample application: this machine's Node.js and the program in one layer, and the version in the settings. */
export class SampleImages {
  private readonly repository: string;
  private layer: Promise<Blob> | undefined;
  /** By version and variables. The registry may refuse an image that is pushed twice at once (seen with 2.8: status 400). */
  private readonly pushed = new Map<string, Promise<string>>();

  constructor(private readonly options: SampleImagesOptions) {
    this.repository = options.repository ?? 'web';
  }

  /** Pushes a version and returns its image with tag and digest. Another version or mode is another digest. */
  push(version: string, mode: SampleMode): Promise<string> {
    return this.pushOnce(version, [`VERSION=${version}`, `MODE=${mode}`]);
  }

  /** Pushes what an image can be built on: a variable of the base would win over a build argument of the same name. */
  pushBase(): Promise<string> {
    return this.pushOnce('base', []);
  }

  private pushOnce(version: string, variables: readonly string[]): Promise<string> {
    const key = [version, ...variables].join(' ');
    const image = this.pushed.get(key) ?? this.pushImage(version, variables);
    this.pushed.set(key, image);
    return image;
  }

  private async pushImage(version: string, variables: readonly string[]): Promise<string> {
    const { registry } = this.options;
    this.layer ??= this.pushLayer();
    const layer = await this.layer;
    const config = {
      architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
      os: 'linux',
      config: {
        Env: ['PATH=/bin', ...variables],
        Cmd: ['node', '/application.cjs'],
        Labels: { 'org.opencontainers.image.version': version },
        Healthcheck: {
          Test: CHECK,
          Interval: SECOND_NS,
          Timeout: 2 * SECOND_NS,
          Retries: 3,
          StartPeriod: 10 * SECOND_NS,
        },
      },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    };
    const digest = await registry.client.pushImage(this.repository, version, { config, layers: [layer] });
    return `${registry.server}/${this.repository}:${version}@${digest}`;
  }

  private async pushLayer(): Promise<Blob> {
    const { registry } = this.options;
    const archive = await this.archive();
    const layer = await describeFile(archive);
    await registry.client.pushFile(this.repository, layer, archive);
    return layer;
  }

  /** The files of the image as an archive in the cache, made anew when Node.js or the program is another. */
  private async archive(): Promise<string> {
    const { shell, cache, program } = this.options;
    const stamp = createHash('sha256')
      .update(process.version)
      .update(readFileSync(__filename))
      .update(readFileSync(program))
      .digest('hex');
    const kept = path.join(cache, `sample-application-${stamp.slice(0, 16)}.tar`);
    if (existsSync(kept)) return kept;
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(path.join(cache, 'partial-sample-'));
    try {
      const root = path.join(folder, 'root');
      await this.fill(root);
      const archive = path.join(folder, 'archive.tar');
      const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
      await shell.must(['tar', '--create', ...same, '--file', archive, '--directory', root, '.']);
      renameSync(archive, kept);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return kept;
  }

  /** Node.js with its libraries, BusyBox for the health check and for hooks, and the application. */
  private async fill(root: string): Promise<void> {
    const { shell, program } = this.options;
    for (const folder of ['bin', 'etc', 'tmp']) mkdirSync(path.join(root, folder), { recursive: true });
    const busybox = await shell.must(['sh', '-c', 'command -v busybox']);
    for (const [name, from] of [
      ['node', process.execPath],
      ['busybox', busybox],
    ] as const) {
      copyFileSync(from, path.join(root, 'bin', name));
      // `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)`, or the loader by itself; nothing for a static program.
      const { stdout } = await shell.run(['ldd', from]);
      for (const [library] of stdout.matchAll(/\/\S+(?= \(0x)/g)) {
        mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
        copyFileSync(library, path.join(root, library));
      }
    }
    for (const applet of APPLETS) symlinkSync('busybox', path.join(root, 'bin', applet));
    writeFileSync(path.join(root, 'etc', 'passwd'), 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n');
    copyFileSync(program, path.join(root, 'application.cjs'));
  }
}
