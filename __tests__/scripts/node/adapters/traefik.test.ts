import { mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../scripts/adapters/clock';
import { SocketDockerApi } from '../../../../scripts/node/adapters/docker-api';
import { FileTraefik } from '../../../../scripts/node/adapters/traefik';
import { FakeShell } from '../../../support/fake-project';
import { temporaryFolder } from '../../../support/temporary-folder';

test('a route file is all that comes into being in the folder that Traefik watches', async () => {
  const parent = temporaryFolder();
  const folder = path.join(parent, 'dynamic');
  mkdirSync(folder);
  const traefik = new FileTraefik({
    shell: new FakeShell(() => undefined),
    docker: new SocketDockerApi(path.join(parent, 'docker.sock'), systemClock),
    clock: systemClock,
    folder,
  });
  const seen: string[] = [];
  const watcher = watch(folder);
  try {
    const last = new Promise<void>(resolve => {
      watcher.on('change', (_, name) => {
        seen.push(String(name));
        if (name === 'webshop-staging.yml') resolve();
      });
    });
    traefik.writeRoutes('webshop-prod', '{"http":{}}');
    traefik.writeRoutes('webshop-prod', '{"http":{"routers":{}}}');
    traefik.writeRoutes('webshop-staging', '{}');
    await last;
  } finally {
    watcher.close();
  }
  expect([...new Set(seen)]).toEqual(['webshop-prod.yml', 'webshop-staging.yml']);
  expect(readFileSync(path.join(folder, 'webshop-prod.yml'), 'utf8')).toBe('{"http":{"routers":{}}}');
  expect(readdirSync(parent)).toEqual(['dynamic']);
});
