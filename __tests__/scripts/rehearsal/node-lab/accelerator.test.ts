import type { Command, Result, Shell } from '../../../../scripts/adapters/shell';
import { findAccelerator } from '../../../../scripts/rehearsal/node-lab/accelerator';

const PANIC = '[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)';

/** What QEMU would answer, and whether it was asked. */
class Qemu implements Shell {
  readonly asked: Command[] = [];
  constructor(private readonly answer: Partial<Result>) {}

  async run(command: Command): Promise<Result> {
    this.asked.push(command);
    return { code: 0, stdout: '', stderr: '', ...this.answer };
  }
}

const find = (qemu: Qemu, device = __filename) => findAccelerator('/lab', qemu, new AbortController().signal, device);

test('KVM is used where a kernel runs so far that it misses its disk', async () => {
  const qemu = new Qemu({ stdout: PANIC });
  expect((await find(qemu)).name).toBe('KVM');
  expect(qemu.asked[0]?.join(' ')).toContain('-accel kvm');
});

test.each<[string, Partial<Result>]>([
  ['fails at once', { code: 134, stderr: 'kvm_buf_set_msrs: Assertion failed' }],
  ['stands still until it is killed', { code: 137 }],
  ['ends without having run the kernel', {}],
])('a machine under KVM that %s is emulated instead', async (_, answer) => {
  const { name, arguments: args } = await find(new Qemu(answer));
  expect(name).toBe('emulation');
  expect(args.join(' ')).toContain('-accel tcg');
});

test('nothing is tried without the device', async () => {
  const qemu = new Qemu({ stdout: PANIC });
  expect((await find(qemu, '/dev/no-such-device')).name).toBe('emulation');
  expect(qemu.asked).toEqual([]);
});
