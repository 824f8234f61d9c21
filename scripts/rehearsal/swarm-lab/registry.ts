import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Service } from '../../adapters/service';
import type { LabShell } from './lab-shell';
import { RegistryClient } from './registry-client';
import { waitUntil } from './wait-until';

/** The user of a registry with a password. */
export const REGISTRY_LOGIN = { username: 'webshop', password: 'lab-registry-password' } as const;

/** bcrypt of that password, the only kind that the registry reads: `htpasswd -nbB webshop lab-registry-password`. */
const HTPASSWD = 'webshop:$2b$04$abcdefghijklmnopqrstuus41fA995xxtZnKzwMgCqPTrYz0c8Pvq\n';
const START_TIMEOUT_MS = 10_000;

export interface RegistryOptions {
  readonly shell: LabShell;
  readonly folder: string;
  readonly port: number;
}

/** Debian's registry on this machine, which Docker takes without TLS as it is on a loopback address. */
export class Registry {
  /** Where images of it are, e.g. `127.0.0.1:41234`. */
  readonly server: string;
  private service: Service | undefined;

  constructor(private readonly options: RegistryOptions) {
    this.server = `127.0.0.1:${options.port}`;
  }

  /** A client that may push. */
  get client(): RegistryClient {
    return new RegistryClient(`http://${this.server}`, REGISTRY_LOGIN);
  }

  /**
   * Starts the registry, with all that was pushed before.
   *
   * @param login  whether it asks for REGISTRY_LOGIN
   */
  async start({ login = false }: { readonly login?: boolean } = {}): Promise<void> {
    await this.stop();
    const { shell, folder } = this.options;
    mkdirSync(folder, { recursive: true });
    const configuration = path.join(folder, 'config.yml');
    writeFileSync(configuration, JSON.stringify(this.configuration(login), undefined, 2));
    const log = path.join(folder, 'log');
    const service = shell.startBeside(['docker-registry', 'serve', configuration], log);
    this.service = service;
    await waitUntil(
      'the registry answers',
      START_TIMEOUT_MS,
      async () => {
        if (service.hasEnded()) throw new Error(`the registry ended; see ${log}`);
        return (await this.client.answers()) || undefined;
      },
      () => `; see ${log}`,
    );
  }

  /** From now on a connection to the registry is refused. */
  async stop(): Promise<void> {
    await this.service?.stop();
    this.service = undefined;
  }

  /** JSON is YAML too. */
  private configuration(login: boolean): object {
    const { folder } = this.options;
    const htpasswd = path.join(folder, 'htpasswd');
    writeFileSync(htpasswd, HTPASSWD);
    return {
      version: 0.1,
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: this.server, relativeurls: true },
      ...(login && { auth: { htpasswd: { realm: 'registry', path: htpasswd } } }),
    };
  }
}
