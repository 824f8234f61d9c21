/** For an option that may be repeated: all of its values, in their order. */
export function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
