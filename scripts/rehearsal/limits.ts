/** Parts of the stacks that the emulated AWS cannot hold and that a rehearsal therefore leaves out. */
export const NOT_EMULATED: readonly string[] = [];

/**
 * What a rehearsal cannot say about real AWS even where every call succeeds.
 *
 * @param booted  whether the node was booted in a virtual machine
 */
export function notProven(booted: boolean): readonly string[] {
  return [
    booted
      ? 'the node has booted on a virtual machine, not on EC2: no instance metadata, no role, no certificate authority'
      : 'the machine does not boot (its user data is read, not run; --node boots it)',
    'IAM is not enforced',
    'mail and DNS verification succeed at once',
    'durations and maintenance windows',
  ];
}
