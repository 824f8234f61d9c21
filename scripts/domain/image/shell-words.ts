/** Words for a shell at the other end of an ssh connection, each as one word whatever is in it. */
export function shellWords(words: readonly string[]): string {
  return words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
