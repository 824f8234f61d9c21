const FACTORS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const;
const PATTERN = /^(\d{1,12}(?:\.\d{1,3})?)([kmgt]?)i?b?$/;

/** Bytes of a size as Docker writes it, e.g. `256M`; undefined for what is none. */
export function parseSize(text: string): number | undefined {
  const match = PATTERN.exec(text.toLowerCase());
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * FACTORS[match[2] as keyof typeof FACTORS]);
}

/** Bytes for people: whole MiB, as limits are written in. */
export function describeSize(bytes: number): string {
  return `${Math.floor(bytes / FACTORS.m)}M`;
}
