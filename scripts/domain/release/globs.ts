/** Whether a name is what a pattern means, in which `*` stands for any characters. */
export function matches(pattern: string, name: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const end = rest.pop() ?? '';
  if (!name.startsWith(start) || !name.endsWith(end)) return false;
  // Each part at the first place where it can be; what is left must reach to the end.
  let index = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, index);
    if (found < 0) return false;
    index = found + part.length;
  }
  return index <= name.length - end.length;
}

/** Names that the patterns of a stage mean, in the patterns' order. */
export function namesOf(patterns: readonly string[], names: readonly string[]): readonly string[] {
  return [...new Set(patterns.flatMap(pattern => names.filter(name => matches(pattern, name))))];
}
