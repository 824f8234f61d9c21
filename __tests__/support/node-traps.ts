import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SshServer } from './ssh-server';

/** Stands where only root may read. */
export const SHADOW_SECRET = 'what-only-root-may-read';
export const PASSWORD = 'correct horse';
/** `openssl passwd -6 -salt slipway` of it. */
const PASSWORD_HASH =
  '$6$slipway$QOKjEZZghn7s3ufwy9pzDLCXMoFJa9dLy2CSho6DSSQoZTlvXswZzrDHA84hazxsyK4To63KNpxbTmQpJks2N1';

/** Folders in which a client could leave something. */
const FOLDERS = ['bin', 'etc', 'home', 'mail', 'shm', 'sudo', 'tmp'];
const LEAVE_A_MARK = '/usr/bin/touch /tmp/mark\n';

/**
 * Puts into a node whatever shows that more than the release program was run: files that leave a mark when they are read as
 * programs or settings, and what the account itself would have written, had it found a way.
 *
 * @param plantedKey  public key for the account's own file
 */
export function setTraps(server: SshServer, plantedKey: string): void {
  const { folder, account } = server;
  const put = (file: string, content: string, mode = 0o644) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content, { mode });
  };
  fs.appendFileSync(path.join(folder, 'etc/shadow'), `trap:${SHADOW_SECRET}:19000::::::\n`);
  put('tmp/evil.js', "require('node:fs').writeFileSync('/tmp/mark', '');");
  put('tmp/evil.json', 'evil');
  put('tmp/evil.sh', LEAVE_A_MARK);
  put('tmp/evil.so', 'evil');
  for (const program of ['sudo', 'deploy']) put(`tmp/evil/${program}`, `#!/bin/sh\n${LEAVE_A_MARK}`, 0o755);
  const home = `home/${account}/.ssh`;
  put(`${home}/authorized_keys`, `${plantedKey}\n`);
  put(`${home}/environment`, 'LD_PRELOAD=/tmp/evil.so\n');
  put(`${home}/rc`, LEAVE_A_MARK);
  own(server, home);
  // The key of the account, for accounts that may not come in with any.
  const { publicKey } = server;
  for (const other of ['root', 'games']) put(`etc/ssh/authorized_keys.d/${other}`, `${publicKey}\n`);
}

/** Gives the account a password for as long as `work` takes. */
export async function withPassword<T>({ folder, account }: SshServer, work: () => Promise<T>): Promise<T> {
  const file = path.join(folder, 'etc/shadow');
  const before = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(
    file,
    before.replace(new RegExp(`^${account}:[^:]*`, 'm'), () => `${account}:${PASSWORD_HASH}`),
  );
  try {
    return await work();
  } finally {
    fs.writeFileSync(file, before);
  }
}

/** Every file of the node that a client could change, and what is in it. */
export function stateOf({ folder }: SshServer): ReadonlyMap<string, string> {
  const state = new Map<string, string>();
  const look = (relative: string) => {
    const file = path.join(folder, relative);
    const found = fs.lstatSync(file, { bigint: true });
    const about = `${found.mode} ${found.uid}:${found.gid}`;
    state.set(relative, found.isFile() ? `${about} ${digestOf(file, found)}` : about);
    if (found.isDirectory()) for (const name of fs.readdirSync(file)) look(path.join(relative, name));
  };
  FOLDERS.forEach(look);
  return state;
}

/** Files that are not as they were, as paths of the node. */
export function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter(file => before.get(file) !== after.get(file)).map(file => `/${file}`);
}

/** Digests by file and last change, as most files stay as they are. */
const digests = new Map<string, string>();

function digestOf(file: string, { ino, ctimeNs }: fs.BigIntStats): string {
  const key = `${ino} ${ctimeNs}`;
  const digest = digests.get(key) ?? createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  digests.set(key, digest);
  return digest;
}

function own({ folder, account }: SshServer, relative: string): void {
  const passwd = fs.readFileSync(path.join(folder, 'etc/passwd'), 'utf8');
  const [, uid, gid] = new RegExp(`^${account}:x:(\\d+):(\\d+):`, 'm').exec(passwd) ?? [];
  const all = [relative, ...fs.readdirSync(path.join(folder, relative)).map(name => path.join(relative, name))];
  for (const file of all) fs.chownSync(path.join(folder, file), Number(uid), Number(gid));
}
