import * as fs from 'node:fs';
import { systemClock } from '../adapters/clock';
import { StreamOutput } from '../adapters/output';
import { ProcessShell } from '../adapters/shell';
import { ExitCode } from '../domain/exit-code';
import { parseNodeSettings, type NodeSettings } from '../domain/release/node-settings';
import { parseWords, type Request } from '../domain/release/words';
import { SlipwayError } from '../domain/slipway-error';
import { SocketDockerApi } from './adapters/docker-api';
import { ShellDockerCli } from './adapters/docker-cli';
import { httpsProbe } from '../adapters/https-probe';
import { ssmSecrets } from './adapters/parameters';
import { privateFolder } from './adapters/private-folder';
import { kernelResources } from './adapters/resources';
import { StackFolder } from './adapters/stack-folder';
import { readStandardInput } from './adapters/standard-input';
import { FileTraefik } from './adapters/traefik';
import { dispatch } from './dispatch';
import type { World } from './world';

/** Where the node's settings are; the variable is for tests, and sudo lets nobody else set it. */
const SETTINGS = '/etc/slipway/node.json';

/**
 * The program `deploy` on a node: what it is to do stands in SSH_ORIGINAL_COMMAND, as sshd's forced command leaves it there.
 *
 * It works for somebody who may be gone at any moment, and goes on to the end without them.
 */
async function main(): Promise<number> {
  const request = parseWords(process.env['SSH_ORIGINAL_COMMAND'] ?? '');
  const file = process.env['SLIPWAY_NODE_CONFIG'] ?? SETTINGS;
  const settings = parseNodeSettings(fs.readFileSync(file, 'utf8'));
  const credentials = privateFolder();
  try {
    return await dispatch(worldOf(settings, request, credentials.path), request, readStandardInput);
  } finally {
    credentials.remove();
  }
}

function worldOf(settings: NodeSettings, request: Request, configFolder: string): World {
  const { stdout, stderr } = process;
  const clock = systemClock;
  const shell = new ProcessShell({ env: process.env });
  const docker = new SocketDockerApi(settings.docker, clock);
  return {
    ...{ settings, docker, clock, shell },
    cli: new ShellDockerCli({ shell, clock, socket: settings.docker, configFolder }),
    traefik: new FileTraefik({ shell, docker, clock, folder: settings.dynamic }),
    probe: httpsProbe({ address: '127.0.0.1', port: settings.publicPort, trustsAll: true }),
    resources: kernelResources,
    readSecrets: ssmSecrets(shell, settings),
    output: new StreamOutput({ stdout, stderr, json: 'json' in request && request.json, colour: false }),
    now: () => new Date(),
    folder: stack => new StackFolder(settings.state, stack),
  };
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof SlipwayError) {
    process.stderr.write(`deploy: ${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`deploy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return ExitCode.RollbackFailed;
}

// The connection may die in the middle of a release: nobody reads then, and the release goes on.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE'] as const) process.on(signal, () => undefined);
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

void main()
  .catch(exitCodeOf)
  .then(code => {
    process.exitCode = code;
  });
