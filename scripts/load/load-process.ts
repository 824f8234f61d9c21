import type { LoadPlan } from './load-options';
import { RunningLoad } from './run-load';

/** What the other side may ask for; each is answered by one message with the same number. */
export type LoadOrder = { readonly id: number } & (
  { readonly order: 'start'; readonly plan: LoadPlan } | { readonly order: 'current' | 'stop' }
);

/**
 * The program that sends the load, in a process of its own: whoever measures is busy with other things, and would see
 * its own pauses as the server's. It ends with the process that started it.
 */
let load: RunningLoad | undefined;

async function obey(message: LoadOrder): Promise<void> {
  if (message.order === 'start') load = new RunningLoad(message.plan);
  const result = message.order === 'stop' ? await load?.stop() : load?.current();
  process.send?.({ id: message.id, result });
}

process.on('message', message => void obey(message as LoadOrder));
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
