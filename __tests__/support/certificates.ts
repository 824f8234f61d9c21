import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes an authority (`ca.pem`) and a certificate for `localhost`; answers the variables that tell a database server. */
export function databaseTls(folder: string): Record<string, string> {
  certify(folder, 'ca');
  const at = (name: string) => join(folder, name);
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem'), '-out', at('request.pem')],
    ...['-subj', '/CN=localhost'],
  );
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost\n');
  openssl(
    ...['x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-days', '2', '-extfile', at('names'), '-out', at('certificate.pem')],
  );
  return { ssl_ca: at('ca.pem'), ssl_cert: at('certificate.pem'), ssl_key: at('key.pem') };
}

/** Makes a certificate that vouches for itself, `<name>.pem`. */
export function certify(folder: string, name: string): void {
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)],
  );
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
