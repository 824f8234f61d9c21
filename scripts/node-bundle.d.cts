/** Bundles a program for the node into one executable file and returns its path. @default entry 'scripts/node/main.ts' */
export function nodeBundle(entry?: string): string;
