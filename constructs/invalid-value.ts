/**
 * A value that a construct cannot accept.
 *
 * The message is one line and names four things in this order: what the value is for, the value received,
 * what is allowed, and what to type next. `main.ts` prints it alone and leaves with exit code 2.
 */
export class InvalidValueError extends Error {
  /**
   * @param what      the setting, as its reader knows it, e.g. "vpc cidr"
   * @param received  the value, printed as JSON
   * @param allowed   what would be accepted, e.g. "an IPv4 block such as 10.20.0.0/16"
   * @param next      what to type or edit next
   */
  constructor(what: string, received: unknown, allowed: string, next: string) {
    super(`${what} is ${JSON.stringify(received)}, allowed is ${allowed}; ${next}`);
    this.name = 'InvalidValueError';
  }
}
