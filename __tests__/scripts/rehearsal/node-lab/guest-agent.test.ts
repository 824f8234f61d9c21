import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GuestAgent } from '../../../../scripts/rehearsal/node-lab/guest-agent';

interface Question {
  readonly execute: string;
  readonly arguments: Record<string, unknown>;
}

let folder: string;
let server: Server | undefined;
const asked: Question[] = [];

/** An agent that answers what the test says; `guest-sync` as the real one does. */
async function agent(answer: (question: Question) => object, before = ''): Promise<GuestAgent> {
  const socketPath = path.join(folder, 'agent.sock');
  server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.on('data', text => {
      const question = JSON.parse(text.toString()) as Question;
      asked.push(question);
      const sync = question.execute === 'guest-sync';
      socket.write(
        sync
          ? `${before}${JSON.stringify({ return: question.arguments['id'] })}\n`
          : `${JSON.stringify(answer(question))}\n`,
      );
    });
  });
  await new Promise<void>(resolve => server?.listen(socketPath, resolve));
  return new GuestAgent(socketPath);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-agent-'));
  asked.length = 0;
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

test('a command is run with its input, and its code and words come back', async () => {
  let polls = 0;
  const guest = await agent(({ execute }) => {
    if (execute === 'guest-exec') return { return: { pid: 7 } };
    polls += 1;
    if (polls === 1) return { return: { exited: false } };
    return { return: { exited: true, exitcode: 3, 'out-data': base64('größer\n'), 'err-data': base64('no\n') } };
  });
  expect(await guest.run(['cat', '-'], { input: 'words' })).toEqual({ code: 3, stdout: 'größer\n', stderr: 'no\n' });
  expect(asked.find(({ execute }) => execute === 'guest-exec')?.arguments).toEqual({
    path: 'cat',
    arg: ['-'],
    env: expect.arrayContaining(['HOME=/root', expect.stringMatching(/^SYSTEMD_BUS_TIMEOUT=\d{3}$/)]) as string[],
    'capture-output': true,
    'input-data': base64('words'),
  });
});

test('a command that a signal has ended has a code that says so', async () => {
  const guest = await agent(({ execute }) =>
    execute === 'guest-exec' ? { return: { pid: 7 } } : { return: { exited: true, signal: 9 } },
  );
  expect(await guest.run(['sleep', '1'])).toEqual({ code: 137, stdout: '', stderr: '' });
});

test('an answer to an earlier question is thrown away', async () => {
  const late = `${JSON.stringify({ return: 12 })}\n${JSON.stringify({ return: { pid: 1 } })}\n`;
  const guest = await agent(() => ({ return: {} }), late);
  expect(await guest.answers()).toBe(true);
});

test('what the agent refuses is an error with its reason', async () => {
  const guest = await agent(() => ({ error: { class: 'GenericError', desc: 'no such program' } }));
  await expect(guest.run(['nonsense'])).rejects.toThrow('guest-exec: no such program');
});

test('a command that never ends is an error after its time', async () => {
  const guest = await agent(({ execute }) =>
    execute === 'guest-exec' ? { return: { pid: 7 } } : { return: { exited: false } },
  );
  await expect(guest.run(['sleep', 'inf'], { timeoutSeconds: 0 })).rejects.toThrow(/sleep inf still runs after 0 s/);
});

test('a machine that is not there does not answer', async () => {
  expect(await new GuestAgent(path.join(folder, 'nothing.sock')).answers()).toBe(false);
});
