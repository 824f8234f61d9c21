import { existsSync } from 'node:fs';
import path from 'node:path';
import { deadline } from '../../adapters/deadline';
import type { Shell } from '../../adapters/shell';
import { qemuCommand } from './qemu-command';

/** How QEMU runs the machine's processor. */
export interface Accelerator {
  readonly name: 'KVM' | 'emulation';
  /** Arguments of QEMU. */
  readonly arguments: readonly string[];
}

const KVM: Accelerator = { name: 'KVM', arguments: ['-accel', 'kvm', '-cpu', 'host'] };

/** Of an old processor less has to be emulated than of a new one. */
const EMULATION: Accelerator = { name: 'emulation', arguments: ['-accel', 'tcg', '-cpu', 'Nehalem'] };

/** With KVM a kernel that has no disk panics in a second. */
const TRIAL_MS = 10_000;

/**
 * The fastest way that works here. `/dev/kvm` may be there and every machine still stand still or end with an internal error,
 * for example inside another virtual machine. So it is tried: a kernel that has no disk has to panic, which ends QEMU.
 */
export async function findAccelerator(
  lab: string,
  shell: Shell,
  signal: AbortSignal,
  device = '/dev/kvm',
): Promise<Accelerator> {
  if (!existsSync(device)) return EMULATION;
  const trial = await shell.run(
    qemuCommand(lab, [
      ...KVM.arguments,
      ...['-m', '256', '-no-reboot', '-serial', 'stdio'],
      ...['-kernel', path.join(lab, 'vmlinuz'), '-append', 'console=ttyS0 panic=-1'],
    ]),
    { write: true, kill: deadline(TRIAL_MS, signal) },
  );
  return trial.code === 0 && trial.stdout.includes('Kernel panic') ? KVM : EMULATION;
}
