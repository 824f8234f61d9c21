import path from 'node:path';
import type { Command } from '../../adapters/shell';

/** The command that starts the lab's QEMU with these arguments beside those that every machine has. */
export function qemuCommand(lab: string, args: readonly string[]): Command {
  const tools = path.join(lab, 'tools');
  const firmware = ['qemu', 'seabios'].flatMap(name => ['-L', path.join(tools, 'usr', 'share', name)]);
  return [path.join(tools, 'qemu-system-x86_64'), ...firmware, '-M', 'q35', '-nodefaults', '-display', 'none', ...args];
}
