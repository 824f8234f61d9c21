import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { type AwsClients, awsClients } from '../../scripts/adapters/aws-clients';
import { ProcessShell } from '../../scripts/adapters/shell';
import { type EmulatedAws, startEmulatedAws } from '../../scripts/rehearsal/emulated-aws';
import { pythonEnvironment } from '../../scripts/rehearsal/python-environment';

const REHEARSAL = path.join(__dirname, '..', '..', 'scripts', 'rehearsal');

/** An emulated AWS with nothing in it, for lanes that need no Terraform. Its clients take the credentials of the process. */
export class EmulatedCloud {
  readonly aws: AwsClients;

  private constructor(
    private readonly emulated: EmulatedAws,
    private readonly work: string,
  ) {
    this.aws = awsClients({ env: this.env });
  }

  static async start(): Promise<EmulatedCloud> {
    const { signal } = new AbortController();
    const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'slipway');
    const shell = new ProcessShell({ env: process.env });
    const python = await pythonEnvironment(shell, cache, path.join(REHEARSAL, 'requirements.txt'), signal);
    const work = mkdtempSync(path.join(tmpdir(), 'slipway-cloud-'));
    return new EmulatedCloud(
      await startEmulatedAws({ python, scripts: REHEARSAL, work, env: process.env, signal }),
      work,
    );
  }

  /** What a command needs to find it. */
  get env(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL: this.emulated.url };
  }

  async stop(): Promise<void> {
    await this.emulated.service.stop();
    rmSync(this.work, { recursive: true });
  }
}
