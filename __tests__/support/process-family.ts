import { readdirSync, readFileSync } from 'node:fs';

/** This process and all that it has started, which live. */
export function family(): string[] {
  const parents = readdirSync('/proc').flatMap(pid => {
    const [, parent] =
      /^\d+ \(.*\) \S (\d+)/s.exec(attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '') ?? [];
    return parent === undefined ? [] : [[pid, parent] as const];
  });
  const found = new Set([`${process.pid}`]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** What is there; undefined for a process or a file that has just gone. */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
