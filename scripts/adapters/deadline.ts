/**
 * A signal that is aborted after a time, or with the other one when that comes first.
 *
 * `AbortSignal.any([signal, AbortSignal.timeout(...)])` would say the same, but in Node.js 20 and 22 the garbage collector may
 * take the timeout away from it, which then never comes: https://github.com/nodejs/node/issues/57736. A timer keeps what it
 * calls, and does not keep the program from ending.
 */
export function deadline(milliseconds: number, signal?: AbortSignal): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(new DOMException('the time is over', 'TimeoutError')), milliseconds).unref();
  return signal ? AbortSignal.any([signal, late.signal]) : late.signal;
}
