import { setImmediate } from 'node:timers/promises';

/** Gets the next one ready while somebody works on this one: a file is split while the server runs the last statement. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<T, unknown>;
  try {
    for (let coming = iterator.next(); ;) {
      const next = await coming;
      if (next.done) return;
      // Not before the event loop has sent this one on its way.
      coming = setImmediate().then(() => iterator.next());
      // Who asks for it gets the error.
      coming.catch(() => undefined);
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
