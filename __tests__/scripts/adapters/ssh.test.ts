import { appendFileSync } from 'node:fs';
import type { Result, Shell } from '../../../scripts/adapters/shell';
import { Ssh } from '../../../scripts/adapters/ssh';

const TARGET = {
  ...{ name: 'prod', user: 'deploy', hostKey: 'ssh-ed25519 AAAAkey' },
  route: { via: 'direct', host: '203.0.113.7' },
} as const;

test('a run that is not let in is not taken for the one before it, which was', async () => {
  const stories: readonly (readonly [log: string, code: number])[] = [
    ['Authenticated to 203.0.113.7 using "publickey".\n', 0],
    ['ssh: connect to host 203.0.113.7 port 22: Connection refused\n', 255],
  ];
  let run = 0;
  const shell: Shell = {
    run: async (command): Promise<Result> => {
      const [log, code] = stories[run++]!;
      appendFileSync(command[command.indexOf('-E') + 1]!, log);
      return { code, stdout: '', stderr: '' };
    },
  };
  const ssh = new Ssh(TARGET, {});
  try {
    await expect(ssh.run(shell, ['status'], { write: false })).resolves.toMatchObject({ code: 0 });
    await expect(ssh.run(shell, ['apply'], { write: true })).rejects.toThrow(/cannot be reached.*Connection refused/);
  } finally {
    ssh.close();
  }
});
