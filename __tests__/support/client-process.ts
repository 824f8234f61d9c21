import type { ChildProcess } from 'node:child_process';
import * as net from 'node:net';
import type { Result } from '../../scripts/adapters/shell';

/** A connection to a port of this machine; undefined when nobody listens there yet. */
export function connected(port: number): Promise<net.Socket | undefined> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** How a program ends, and what it says until then. */
export function resultOf(child: ChildProcess): Promise<Result> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', chunk => (said.stdout += String(chunk)));
  child.stderr?.on('data', chunk => (said.stderr += String(chunk)));
  return new Promise(resolve => child.once('close', code => resolve({ ...said, code: code ?? 1 })));
}

const AGAIN_MS = 100;

/**
 * Ends a program and waits for that. It is told again and again: a signal that reaches the OpenSSH client just before it waits is
 * seen only when the next thing happens, which may be never.
 */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill();
  const again = setInterval(() => child.kill(), AGAIN_MS);
  await gone;
  clearInterval(again);
}
