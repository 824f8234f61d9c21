import * as fs from 'node:fs';

/** What the node has left, in bytes. */
export interface Resources {
  memory(): { readonly memory: number; readonly swap: number };
  disk(folder: string): { readonly free: number; readonly total: number };
}

/** Figures of the kernel. */
export const kernelResources: Resources = {
  memory() {
    const text = fs.readFileSync('/proc/meminfo', 'utf8');
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
    return { memory: bytes('MemAvailable'), swap: bytes('SwapFree') };
  },
  disk(folder) {
    const { bavail, blocks, bsize } = fs.statfsSync(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  },
};
