import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Service, startService } from '../../scripts/adapters/service';
import { freePort } from '../../scripts/rehearsal/emulated-aws';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';

const START_MS = 20_000;

/** Makes a program of that name in the folder. */
export function standIn(folder: string, name: string, script: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

/** A real sshd with a real shell behind it, whose Docker is the one that it is given. */
export class BuildHost {
  /** Programs `ssh` and `scp` that know the host and its key, as the person's ssh configuration would; for PATH. */
  readonly programs: string;

  private constructor(
    private readonly folder: string,
    private readonly service: Service,
  ) {
    this.programs = path.join(folder, 'bin');
  }

  static async start(dockerHost: string): Promise<BuildHost> {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-build-host-'));
    const file = (name: string) => path.join(folder, name);
    for (const key of ['host', 'person'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
    copyFileSync(file('person.pub'), file('authorized_keys'));
    const port = await freePort();
    writeFileSync(
      file('sshd_config'),
      [
        ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`],
        ...[`AuthorizedKeysFile ${file('authorized_keys')}`, 'StrictModes no', 'PermitRootLogin yes', 'UsePAM no'],
        ...[`SetEnv DOCKER_HOST=${dockerHost}`, 'Subsystem sftp internal-sftp', ''],
      ].join('\n'),
    );
    writeFileSync(
      file('ssh_config'),
      [
        ...['Host builder', 'HostName 127.0.0.1', `Port ${port}`, 'User root', `IdentityFile ${file('person')}`],
        ...['IdentitiesOnly yes', `UserKnownHostsFile ${file('known_hosts')}`, 'StrictHostKeyChecking accept-new', ''],
      ].join('\n'),
    );
    for (const name of ['ssh', 'scp'])
      standIn(file('bin'), name, `exec /usr/bin/${name} -F ${file('ssh_config')} "$@"`);
    // sshd wants a folder in /run; a /run of its own leaves the machine as it is.
    const start = `mount -t tmpfs none /run && mkdir /run/sshd && exec /usr/sbin/sshd -D -e -f ${file('sshd_config')}`;
    const service = startService(['unshare', '--mount', 'sh', '-c', start], process.env, file('log'));
    const host = new BuildHost(folder, service);
    const greet = async () => {
      try {
        execFileSync(path.join(host.programs, 'ssh'), ['builder', 'true'], { stdio: 'pipe' });
        return true;
      } catch {
        return undefined;
      }
    };
    await waitUntil('the build host answers', START_MS, greet, () => `; see ${file('log')}`);
    return host;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    rmSync(this.folder, { recursive: true });
  }
}
