/** The lock that Terraform's S3 backend keeps beside a state while it works on it. */
export interface StateLock {
  readonly id: string;
  readonly who: string;
  readonly operation: string;
  readonly created: string;
}

/** Reads a lock file. One that cannot be read is still a lock. */
export function parseStateLock(text: string): StateLock {
  const { ID: id, Who: who, Operation: operation, Created: created } = fieldsOf(text);
  return {
    id: id ?? 'unknown',
    who: who ?? 'unknown',
    operation: operation ?? 'unknown operation',
    created: created ?? 'unknown time',
  };
}

function fieldsOf(text: string): Partial<Record<'ID' | 'Who' | 'Operation' | 'Created', string>> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}
