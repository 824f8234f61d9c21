import { InvalidValueError } from '../invalid-value';

/** Kinds of keys that OpenSSH still accepts for authentication. */
const KINDS = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/** What is left of a key file that was pasted in: never more of it than this, it may be the private half. */
const SHOWN = 24;

/**
 * Accepts one line of a `.pub` file: kind, key, and a comment without quotes.
 *
 * The kind is also written inside the key, and the two must agree: that finds a key that was cut off or pasted twice.
 *
 * @throws InvalidValueError for anything else, and shows only its beginning
 */
export function checkDeployKey(key: string): void {
  const [, kind = '', encoded = ''] = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: [\w@.+: -]*)?$/.exec(key) ?? [];
  if (KINDS.includes(kind) && kindInside(encoded) === kind) return;
  const next = 'paste the one line of the .pub file, as ssh-keygen wrote it';
  throw new InvalidValueError(
    'deploy key',
    `${key.slice(0, SHOWN)}...`,
    `a public key of kind ${KINDS.join(', ')}`,
    next,
  );
}

/** The first field of the key: its length in four bytes, then the kind. */
function kindInside(encoded: string): string {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < 4) return '';
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
}
