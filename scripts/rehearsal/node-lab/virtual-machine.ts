import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Service, startService } from '../../adapters/service';
import type { Command } from '../../adapters/shell';
import { SlipwayError } from '../../domain/slipway-error';
import type { Accelerator } from './accelerator';
import { GuestAgent } from './guest-agent';
import { qemuCommand } from './qemu-command';

/** A port of the machine and where it is reached on the loopback address of this one. */
export interface ForwardedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly guest: number;
  readonly host: number;
}

export interface VirtualMachineOptions {
  /** Folder that `install.sh` has made. */
  readonly lab: string;
  readonly accelerator: Accelerator;
  /** Disk that the machine writes to. */
  readonly disk: string;
  /** Disk with the user data. */
  readonly seed: string;
  readonly ports: readonly ForwardedPort[];
  readonly env: NodeJS.ProcessEnv;
}

/** As much as a t3.micro has. */
const MEMORY_MIB = 1024;

/** An emulated machine takes its time, and systemd must not give up on it; nobody logs in at its console. */
const KERNEL_COMMAND_LINE = [
  'root=/dev/vda rw console=ttyS0 quiet',
  'systemd.default_timeout_start_sec=600 systemd.default_device_timeout_sec=600',
  'systemd.mask=serial-getty@ttyS0.service',
];
const POLL_MS = 1_000;

/**
 * A Debian 13 in a virtual machine, started without a boot loader. It sees the loopback address of this machine as 10.0.2.2,
 * and has one processor: two that are emulated wait for each other more than they work.
 */
export class VirtualMachine {
  readonly agent: GuestAgent;

  private constructor(
    private readonly service: Service,
    private readonly work: string,
  ) {
    this.agent = new GuestAgent(path.join(work, 'agent.sock'));
  }

  static start(options: VirtualMachineOptions): VirtualMachine {
    // The path of a socket has little room, so not beside the disk.
    const work = mkdtempSync(path.join(tmpdir(), 'slipway-vm-'));
    const service = startService(machineCommand(options, work), options.env, path.join(work, 'qemu.log'));
    return new VirtualMachine(service, work);
  }

  /**
   * Resolves when the machine has booted so far that it can be asked.
   *
   * @throws SlipwayError with the last words of its console when it ends before that
   */
  async ready(signal: AbortSignal): Promise<void> {
    const ended = this.service.ended.then(code => {
      throw new SlipwayError(`the virtual machine ended with exit code ${code}: ${this.lastWords()}`);
    });
    await Promise.race([this.agent.ready(signal), ended]);
  }

  /** Restarts the machine as an operator would, and resolves when it can be asked again. */
  async reboot(signal: AbortSignal): Promise<void> {
    const before = await this.bootId();
    // The answer may be lost with the machine.
    await this.agent.run(['systemctl', 'reboot', '--no-block']).catch(() => undefined);
    while ((await this.bootId().catch(() => before)) === before) await delay(POLL_MS, undefined, { signal });
  }

  /** Pulls the plug. */
  async stop(): Promise<void> {
    await this.service.stop();
    rmSync(this.work, { recursive: true, force: true });
  }

  /** The end of what QEMU and the console of the machine have said. */
  private lastWords(): string {
    const said = ['qemu.log', 'console.log'].map(name => path.join(this.work, name)).filter(existsSync);
    return said.map(file => readFileSync(file, 'utf8').trim().slice(-500)).join(' | ');
  }

  private async bootId(): Promise<string> {
    return (await this.agent.run(['cat', '/proc/sys/kernel/random/boot_id'])).stdout;
  }
}

function machineCommand(options: VirtualMachineOptions, work: string): Command {
  const { lab } = options;
  const forwards = options.ports.map(({ protocol, guest, host }) => `,hostfwd=${protocol}:127.0.0.1:${host}-:${guest}`);
  return qemuCommand(lab, [
    ...options.accelerator.arguments,
    ...['-m', `${MEMORY_MIB}`, '-serial', `file:${path.join(work, 'console.log')}`],
    ...['-kernel', path.join(lab, 'vmlinuz'), '-initrd', path.join(lab, 'initrd.img')],
    ...['-append', KERNEL_COMMAND_LINE.join(' ')],
    ...['-drive', `file=${options.disk},format=qcow2,if=virtio,cache=unsafe`],
    ...['-drive', `file=${options.seed},format=raw,if=virtio,readonly=on`],
    ...['-netdev', `user,id=net${forwards.join('')}`, '-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-device', 'virtio-rng-pci'],
    ...['-chardev', `socket,id=agent,path=${path.join(work, 'agent.sock')},server=on,wait=off`],
    ...['-device', 'virtio-serial', '-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
  ]);
}
