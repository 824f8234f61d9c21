const PATTERN = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?(?:(\d{1,6})ms)?$/;

/** Milliseconds of a duration as Docker writes it, e.g. `1m30s`; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (!match || text === '') return undefined;
  const parts: readonly (string | undefined)[] = match.slice(1);
  const [hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = parts.map(part => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}
