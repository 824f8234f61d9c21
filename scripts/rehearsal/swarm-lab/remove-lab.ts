import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type AddressRange, addressRange } from './address-range';
import type { DeadLab } from './lab-folder';
import type { LabShell } from './lab-shell';
import { waitUntil } from './wait-until';

const CGROUPS = '/sys/fs/cgroup';
const NAMESPACES = '/run/netns';
/** Programs of a lab; each has the lab's folder in its arguments. */
const PROGRAMS = ['dockerd', 'containerd', 'containerd-shim-runc-v2', 'haproxy', 'docker-registry'];
/** Where containerd notes its shims, in the folder of an engine. */
const SHIMS = 'containerd/state/io.containerd.runtime.v2.task/moby';
const GONE_TIMEOUT_MS = 20_000;

/**
 * Removes whatever there is of a lab: processes, network namespaces, bridges, mounts, control groups and files. It asks the
 * machine and not the lab, so it serves the end of a lab as well as one whose test was killed.
 */
export async function removeLab(shell: LabShell, { folder, index }: DeadLab): Promise<void> {
  const range = index === undefined ? undefined : addressRange(index);
  // The engine first, which would start its containers anew.
  await endAll('the programs of the lab are gone', () => programsOf(folder));
  if (range) await endAll('its containers are gone', () => containerProcesses(range));
  const shimSockets = shimSocketsOf(folder);
  for (const mount of mountsUnder(folder)) await shell.run(['umount', '--lazy', mount]);
  if (range) {
    for (const namespace of namespacesOf(range)) await shell.run(['ip', 'netns', 'delete', namespace]);
    for (const bridge of [range.gatewayBridge, range.bridge]) await shell.run(['ip', 'link', 'delete', bridge]);
    for (const cgroup of cgroupsOf(range)) removeCgroup(cgroup);
  }
  for (const socket of shimSockets) rmSync(socket, { force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** Network namespaces of a lab's workers are called by its bridge, with a number. */
function namespacesOf(range: AddressRange): string[] {
  if (!existsSync(NAMESPACES)) return [];
  return readdirSync(NAMESPACES).filter(name => name.startsWith(`${range.bridge}-`));
}

async function endAll(what: string, find: () => number[]): Promise<void> {
  await waitUntil(what, GONE_TIMEOUT_MS, () => {
    const pids = find();
    for (const pid of pids) kill(pid);
    return Promise.resolve(pids.length === 0 || undefined);
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

function programsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      const [program = '', ...args] = read(`/proc/${pid}/cmdline`).split('\0');
      return PROGRAMS.includes(path.basename(program)) && args.some(argument => argument.includes(`${folder}/`));
    });
}

/** One folder with the unified hierarchy, one a controller with the older one. */
function cgroupsOf(range: AddressRange): string[] {
  return [CGROUPS, ...readdirSync(CGROUPS).map(name => path.join(CGROUPS, name))]
    .map(root => path.join(root, range.cgroup))
    .filter(folder => existsSync(folder));
}

function containerProcesses(range: AddressRange): number[] {
  const files = cgroupsOf(range).flatMap(folder => findNamed(folder, 'cgroup.procs'));
  return [...new Set(files.flatMap(file => read(file).split('\n').filter(Boolean).map(Number)))];
}

function removeCgroup(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(path.join(folder, entry.name));
  }
  rmdirSync(folder);
}

/** Mounts in the folder, the innermost first. */
function mountsUnder(folder: string): string[] {
  return read('/proc/self/mounts')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(mount => mount.startsWith(`${folder}/`))
    .reverse();
}

/** containerd keeps the sockets of its shims outside its own folder, and notes there where. */
function shimSocketsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map(engine => path.join(folder, engine, SHIMS))
    .filter(shims => existsSync(shims))
    .flatMap(shims => readdirSync(shims).map(shim => read(path.join(shims, shim, 'address'))))
    .map(address => address.replace('unix://', ''))
    .filter(socket => path.isAbsolute(socket));
}

/** Files of that name in a folder of the kernel's, whose entries come and go. */
function findNamed(folder: string, name: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return findNamed(place, name);
    return entry.name === name ? [place] : [];
  });
}

/** The text of a file; nothing when it is gone, as processes and mounts go while one looks. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
