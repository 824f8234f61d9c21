import { createInterface } from 'node:readline/promises';

/** Asks a question at the terminal. */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `, { signal })).trim();
  } finally {
    terminal.close();
  }
}
