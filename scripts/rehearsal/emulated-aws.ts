import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deadline } from '../adapters/deadline';
import { type Service, startService } from '../adapters/service';
import { SlipwayError } from '../domain/slipway-error';

/** An AWS on this machine: moto's server with the mends in `emulator/`. */
export interface EmulatedAws {
  readonly url: string;
  readonly service: Service;
  /** Folder in which a file `node-boot` holds nodes that are launched from then on in the state that it names. */
  readonly faults: string;
}

export interface EmulatedAwsOptions {
  /** `bin` folder of the Python environment that holds moto. */
  readonly python: string;
  /** Folder of `emulator/`. */
  readonly scripts: string;
  /** Folder for the log and the faults. */
  readonly work: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 200;

/**
 * Starts an emulated AWS on a free port and waits until it answers.
 *
 * @throws SlipwayError with the end of its log when it does not come up within a minute
 */
export async function startEmulatedAws(options: EmulatedAwsOptions): Promise<EmulatedAws> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = path.join(options.work, 'emulator.log');
  const faults = path.join(options.work, 'faults');
  mkdirSync(faults, { recursive: true });
  const service = startService(
    [path.join(options.python, 'python'), path.join(options.scripts, 'emulator'), '-H', '127.0.0.1', '-p', `${port}`],
    { ...options.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', PYTHONDONTWRITEBYTECODE: '1', EMULATOR_FAULTS: faults },
    log,
  );
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(`${url}/moto-api/data.json`))) {
    if (service.hasEnded() || Date.now() > deadline || options.signal.aborted) {
      await service.stop();
      const reason = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
      throw new SlipwayError(`the emulated AWS did not start: ${reason}; its log is ${log}`);
    }
    await delay(POLL_MS);
  }
  return { url, service, faults };
}

/**
 * Environment variables with which the AWS SDKs, Terraform and cdktf talk to the emulated AWS and to nothing else.
 * `undefined` removes a variable that would lead elsewhere.
 */
export function emulatedEnvironment(url: string, region: string): Record<string, string | undefined> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    // One call of the provider puts the account id in front of the host name, which resolves nowhere. Go sends it
    // to the proxy, while everything else goes to a loopback address and is therefore never sent to a proxy.
    HTTP_PROXY: url,
    NO_PROXY: undefined,
    no_proxy: undefined,
    CHECKPOINT_DISABLE: '1',
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
  };
}

/** A TCP port on the loopback address that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: deadline(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
