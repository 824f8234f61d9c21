import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LabShell } from '../../../../scripts/rehearsal/swarm-lab/lab-shell';
import { provideTraefikImage } from '../../../../scripts/rehearsal/swarm-lab/traefik-image';

/** The programs are scripts that note how they were called. */
describe('the image of Traefik', () => {
  let folder: string;
  let cache: string;
  const calls = () => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
    cache = path.join(folder, 'cache');
    mkdirSync(path.join(folder, 'bin'));
    writeFileSync(path.join(folder, 'calls'), '');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string, script: string) =>
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >> ${folder}/calls\n${script}`, {
      mode: 0o755,
    });
  const system = (...names: string[]) => {
    for (const name of names) symlinkSync(path.join('/bin', name), path.join(folder, 'bin', name));
  };
  const provide = () =>
    provideTraefikImage({ shell: new LabShell({ PATH: path.join(folder, 'bin') }), cache, image: 'traefik:v3.6.12' });
  const SAVE = '[ "$1" = save ] && echo image > "$3"\n';

  it('comes from the cache', async () => {
    mkdirSync(cache);
    writeFileSync(path.join(cache, 'traefik-v3.6.12.tar'), '');
    program('docker', '');
    await provide();
    expect(calls()).toEqual([`docker load --quiet --input ${cache}/traefik-v3.6.12.tar`]);
  });

  it('is pulled where a registry is in reach, and kept', async () => {
    system('timeout');
    program('docker', `${SAVE}[ "$1" = images ] && echo 4f1c\nexit 0`);
    await provide();
    expect(calls()[0]).toBe('docker pull --quiet traefik:v3.6.12');
    expect(readdirSync(cache)).toEqual(['traefik-v3.6.12.tar']);
    expect(readFileSync(path.join(cache, 'traefik-v3.6.12.tar'), 'utf8')).toBe('image\n');
  });

  it('is built from the module of that very version where there is none, and kept', async () => {
    system('timeout', 'tar', 'chmod', 'mkdir', 'touch', 'cp');
    mkdirSync(path.join(folder, 'module'));
    writeFileSync(path.join(folder, 'module', 'go.mod'), '');
    program('docker', `[ "$1" = pull ] && exit 1\n${SAVE}[ "$1" = import ] && cp "$4" ${folder}/imported.tar\nexit 0`);
    program(
      'go',
      `[ "$2" = download ] && echo '{ "Dir": "${folder}/module" }'
       [ "$1" = build ] && mkdir -p "$(/usr/bin/dirname "$5")" && touch "$5"
       exit 0`,
    );
    await provide();
    expect(calls()).toContain('go mod download -json github.com/traefik/traefik/v3@v3.6.12');
    expect(calls().some(call => call.startsWith('docker import --change ENTRYPOINT ["/traefik"] '))).toBe(true);
    expect(existsSync(path.join(folder, 'imported.tar'))).toBe(true);
    expect(readdirSync(cache)).toEqual(['traefik-v3.6.12.tar']);
  });

  it('leaves nothing in the cache when the build fails', async () => {
    system('timeout');
    program('docker', '[ "$1" = pull ] && exit 1\nexit 0');
    program('go', '[ "$1" = version ] && exit 0\necho "no such module" >&2\nexit 1');
    await expect(provide()).rejects.toThrow(/^go mod init .* ended with 1: no such module$/);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('cannot be had without Go and a registry, and says so', async () => {
    system('timeout');
    program('docker', '[ "$1" = pull ] && exit 1\nexit 0');
    await expect(provide()).rejects.toThrow(
      /^traefik:v3\.6\.12 is neither in .* nor in reach of a registry, and there is no Go to build it; install Go/,
    );
  });
});
