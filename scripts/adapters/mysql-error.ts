/** What a failed query says, as far as the server or the connection said it. */
export interface ServerError {
  /** Number of the server's error; absent when the connection broke. */
  readonly errno?: number;
  readonly message: string;
  /** The connection is gone, and with it the answer. */
  readonly lost: boolean;
}

/** Errors of the server with which it ends the session. */
const ENDING = new Set([1053, 1927, 3169, 4031]);

/**
 * Reads an error of mysql2. A connection that is gone has no stable `code`, only `fatal`, so that is what counts.
 */
export function serverError(error: unknown): ServerError {
  if (!(error instanceof Error)) return { message: String(error), lost: false };
  const { errno, fatal, sqlState } = error as Error & { errno?: number; fatal?: boolean; sqlState?: string };
  // An error of the socket has an `errno` too: a negative one of the operating system.
  const fromServer = typeof errno === 'number' && errno > 0 && typeof sqlState === 'string';
  return {
    message: error.message,
    lost: fatal === true || !fromServer || ENDING.has(errno),
    ...(fromServer && { errno }),
  };
}

export const SERVER_ERRORS = {
  unknownDatabase: 1049,
  unknownTable: 1146,
  unknownTrigger: 1360,
  unknownRoutine: 1305,
  unknownEvent: 1539,
  lockWaitTimeout: 1205,
  queryInterrupted: 1317,
  userLockDeadlock: 3058,
} as const;
