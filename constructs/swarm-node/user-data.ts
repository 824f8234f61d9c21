import { gzipSync } from 'fflate';
import { InvalidValueError } from '../invalid-value';
import { bootFiles } from './boot-files';
import { checkUserDataOptions, type UserDataOptions } from './user-data-options';

/** What EC2 accepts, counted before base64. */
const MAX_BYTES = 16 * 1024;

/**
 * The cloud-config that a node is born with: one account, some files, one script that does the rest.
 *
 * Written as JSON, which is YAML as well. Nothing has to be indented or escaped by hand, so no value and no line of a
 * script can change the meaning of the document; and people read the files in `boot/`, not this.
 *
 * @throws InvalidValueError for an option that the node could not work with
 */
export function renderUserData(options: UserDataOptions): string {
  checkUserDataOptions(options);
  const config = {
    // No default user: there is no shell on a node, and what would be repaired by hand is replaced.
    users: [
      {
        name: 'deploy',
        gecos: 'Calls the release program',
        shell: '/bin/sh',
        // No password fits `*`. A locked account (`!`) would be refused by PAM, keys or not.
        lock_passwd: false,
        passwd: '*',
      },
    ],
    disable_root: true,
    ssh_pwauth: false,
    write_files: bootFiles(options),
    runcmd: [['/usr/local/lib/slipway/boot']],
  };
  return `#cloud-config\n${JSON.stringify(config, null, 1)}\n`;
}

/**
 * The user data as EC2 takes it: compressed, then base64.
 *
 * A changed byte replaces the node, so the same text must give the same bytes on every machine. Node's own zlib does not
 * promise that: its output differs between processors and versions. fflate is plain JavaScript at a pinned version, and its
 * header holds neither the time nor the operating system.
 *
 * @throws InvalidValueError when EC2 would refuse it for its size
 */
export function encodeUserData(text: string): string {
  const compressed = gzipSync(Buffer.from(text, 'utf8'), { level: 9, mtime: 0 });
  if (compressed.length > MAX_BYTES) {
    const next = 'remove deploy keys or guests';
    throw new InvalidValueError('size of the user data in bytes', compressed.length, `at most ${MAX_BYTES}`, next);
  }
  return Buffer.from(compressed).toString('base64');
}
