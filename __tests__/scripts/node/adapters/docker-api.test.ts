import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../../scripts/adapters/clock';
import { SocketDockerApi } from '../../../../scripts/node/adapters/docker-api';

/** The last health checks of a service's containers, the newest container first. */
let logs: readonly (readonly { readonly ExitCode: number; readonly Output: string }[])[];
let folder: string;
let engine: http.Server;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-docker-api-'));
  engine = http.createServer(({ url = '' }, response) => {
    const id = /^\/containers\/(\d+)\/json/.exec(url)?.[1];
    const answer = id === undefined ? logs.map((_, Id) => ({ Id })) : { State: { Health: { Log: logs[Number(id)] } } };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>(resolve => engine.listen(path.join(folder, 'docker.sock'), resolve));
});
afterEach(async () => {
  await new Promise(resolve => engine.close(resolve));
  rmSync(folder, { recursive: true });
});

test.each([
  ['what it wrote, on one line', [[{ ExitCode: 1, Output: 'refused\nby all\n' }]], 'refused by all'],
  ['that it wrote nothing', [[{ ExitCode: 137, Output: '' }]], 'nothing, and ends with exit code 137'],
  ['of a container that has been asked already', [[], [{ ExitCode: 1, Output: 'refused' }]], 'refused'],
  [
    'no more than the last one',
    [
      [
        { ExitCode: 1, Output: 'refused' },
        { ExitCode: 0, Output: '' },
      ],
    ],
    undefined,
  ],
])('the complaint of a health check is %s', async (_what, found, complaint) => {
  logs = found;
  const docker = new SocketDockerApi(path.join(folder, 'docker.sock'), systemClock);
  await expect(docker.healthComplaint('webshop_web')).resolves.toBe(complaint);
});
