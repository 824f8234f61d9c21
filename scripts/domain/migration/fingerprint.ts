import { createHash } from 'node:crypto';
import type { SchemaHeader, SchemaModel } from './fingerprint-schema';
import { schemaText } from './fingerprint-text';

/** A schema at a moment: which server spelled it, its text, and a hash of that text. */
export interface Fingerprint {
  readonly header: SchemaHeader;
  readonly text: string;
  readonly sha256: string;
}

export function fingerprintOf(schema: SchemaModel): Fingerprint {
  const text = schemaText(schema);
  return { header: schema.header, text, sha256: createHash('sha256').update(text).digest('hex') };
}
