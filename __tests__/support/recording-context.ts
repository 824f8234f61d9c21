import type { Shell } from '../../scripts/adapters/shell';
import type { Context } from '../../scripts/commands/context';

/** A context that keeps what a command says, and the end of its signal in the test's hand. */
export interface RecordingContext extends Context {
  readonly logged: string[];
  readonly printed: string[];
  readonly objects: Readonly<Record<string, unknown>>[];
  readonly interruption: AbortController;
}

const noShell: Shell = {
  run: command => Promise.reject(new Error(`no program was expected to run: ${command.join(' ')}`)),
};

export function recordingContext(overrides: Partial<Context> = {}): RecordingContext {
  const logged: string[] = [];
  const printed: string[] = [];
  const objects: Record<string, unknown>[] = [];
  const interruption = new AbortController();
  return {
    env: {},
    root: '/nowhere',
    output: {
      colour: false,
      log: line => void logged.push(line),
      print: text => void printed.push(text),
      json: value => void objects.push(value as Record<string, unknown>),
    },
    shell: noShell,
    dryRun: false,
    interactive: false,
    signal: interruption.signal,
    now: () => new Date(0),
    ...overrides,
    logged,
    printed,
    objects,
    interruption,
  };
}
