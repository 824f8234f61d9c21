import { setTimeout as delay } from 'node:timers/promises';
import type { Result, Shell } from '../../adapters/shell';
import { SlipwayError } from '../../domain/slipway-error';
import type { VirtualMachine } from './virtual-machine';

/** A step of the boot script, as its log has it. */
export interface BootStep {
  readonly name: string;
  /** Seconds from the start of the script to the start of the step. */
  readonly after: number;
}

/** Where the node's ports are on this machine. */
export interface NodePorts {
  readonly ssh: number;
  readonly http: number;
  readonly https: number;
}

const POLL_MS = 2_000;
/** The boot script, run once more in a machine that is emulated on a busy one, is what takes longest. */
const COMMAND_SECONDS = 1_200;
const LOG = '/var/log/cloud-init-output.log';
/** Written when cloud-init has ended. */
const RESULT = '/run/cloud-init/result.json';

/** A node that is booting or has booted, to be asked from inside and from outside. */
export class LabNode {
  constructor(
    readonly machine: VirtualMachine,
    readonly ports: NodePorts,
    private readonly shell: Shell,
  ) {}

  /** Runs a command as root in the node and returns what it printed. */
  async run(...command: readonly [string, ...string[]]): Promise<string> {
    const { code, stdout, stderr } = await this.machine.agent.run(command, { timeoutSeconds: COMMAND_SECONDS });
    if (code !== 0) throw new SlipwayError(`in the node, ${command.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  /**
   * Resolves when cloud-init has ended, with the steps of the boot script.
   *
   * @param onStep  told of each step when it begins
   * @throws SlipwayError with the end of its log when it has failed
   */
  async booted(signal: AbortSignal, onStep: (step: BootStep) => void = () => undefined): Promise<readonly BootStep[]> {
    await this.machine.ready(signal);
    let told = 0;
    for (;;) {
      const { steps, errors } = await this.bootState();
      steps.slice(told).forEach(onStep);
      told = steps.length;
      if (errors !== undefined) {
        if (errors.length === 0) return steps;
        throw new SlipwayError(`the node did not boot: ${errors.join('; ')}\n${await this.lastWords()}`);
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }

  /**
   * Connects by ssh, as whoever has the key, and answers how that went.
   *
   * @param words    for the node
   * @param options  for the client, such as `-t`
   */
  ssh(
    login: SshLogin,
    words: readonly string[],
    options: readonly string[] = [],
    input = '',
    onLine: (line: string) => void = () => undefined,
  ): Promise<Result> {
    const settings = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${login.knownHosts}`];
    return this.shell.run(
      [
        ...(['ssh', '-F', '/dev/null', '-p', `${this.ports.ssh}`, '-i', login.key] as const),
        ...settings.flatMap(setting => ['-o', setting]),
        ...options,
        `${login.user ?? 'deploy'}@127.0.0.1`,
        ...words,
      ],
      { write: true, input, onLine },
    );
  }

  /** The steps so far; and once cloud-init has ended, what it has to complain about. Cheap to ask: it is asked often. */
  private async bootState(): Promise<{ steps: BootStep[]; errors?: readonly string[] }> {
    const { stdout } = await this.machine.agent.run(['sh', '-c', `grep -a '^slipway: ' ${LOG}; cat ${RESULT}`]);
    const lines = stdout.matchAll(/^slipway: (?:step \d+: (\w+): .*|(ready)) \(after (\d+) s\)$/gm);
    const steps = [...lines].map(([, step, ready, after]) => ({ name: step ?? ready ?? '', after: Number(after) }));
    const result = /^\{\n[\s\S]*/m.exec(stdout)?.[0];
    if (result === undefined) return { steps };
    return { steps, errors: (JSON.parse(result) as { v1: { errors: string[] } }).v1.errors };
  }

  private async lastWords(): Promise<string> {
    return (await this.machine.agent.run(['tail', '--lines=15', LOG])).stdout;
  }
}

export interface SshLogin {
  /** File of the private key. */
  readonly key: string;
  /** File with the host key that is accepted. */
  readonly knownHosts: string;
  /** @default 'deploy' */
  readonly user?: string;
}
