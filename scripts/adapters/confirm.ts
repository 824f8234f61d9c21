import { createInterface } from 'node:readline/promises';

/** Asks a question at the terminal; anything but "yes" is a no. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Type yes: `, { signal })).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
