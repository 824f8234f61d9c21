import type { Context } from './context';

/** Runs one step of a verb and says on the log when it begins, and how long it took. */
export async function step<T>(
  context: Pick<Context, 'output' | 'now'>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const started = context.now().getTime();
  const elapsed = () => `${((context.now().getTime() - started) / 1000).toFixed(1)} s`;
  context.output.log(`${name} ...`);
  try {
    const result = await work();
    context.output.log(`${name}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    context.output.log(`${name}: failed after ${elapsed()}`);
    throw error;
  }
}
