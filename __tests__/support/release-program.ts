import path from 'node:path';

/** A file in the place of the release program, for tests that only ask where it goes. */
export const RELEASE_PROGRAM = path.join(__dirname, 'stand-in-program');

/** Its checksum, as `sha256sum` says it. */
export const RELEASE_PROGRAM_SHA256 = '91104d9a78d8d4fca8db49c5fa336214e2dac88bfcd86529250ec3755519cace';
