/** The construct id for a name in kebab case: `DatabaseUrl` for `database-url`. Digits and letters stay as they are. */
export function constructId(name: string): string {
  return name
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
