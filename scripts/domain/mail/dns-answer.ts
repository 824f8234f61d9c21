/** What the DNS answered: the records (none when the name or the type does not exist), or why there was no answer. */
export type DnsAnswer = { readonly records: readonly string[] } | { readonly unanswered: string };

/** A name in the form in which two of them can be compared: lower case, without the trailing dot. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}
