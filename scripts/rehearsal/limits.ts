/** Parts of the stacks that the emulated AWS cannot hold and that a rehearsal therefore leaves out. */
export const NOT_EMULATED: readonly string[] = [];

/** What a rehearsal cannot say about real AWS even where every call succeeds. */
export const NOT_PROVEN: readonly string[] = [
  'the machine does not boot (its user data is read, not run)',
  'IAM is not enforced',
  'mail and DNS verification succeed at once',
  'durations and maintenance windows',
];
