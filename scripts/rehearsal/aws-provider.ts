import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Where Terraform gets its AWS provider from in a rehearsal. */
export interface ProviderSource {
  readonly version: string;
  /** Folder with a plugin mirror, or undefined for the registry. */
  readonly mirror?: string;
}

export interface ProviderSearch {
  /** Version that the bindings were made from; wins wherever it is found. */
  readonly pinned: string;
  /** Mirror folders to look into, in order. */
  readonly mirrors: readonly string[];
  /** Whether the public registry answers. */
  readonly registryReachable: () => Promise<boolean>;
}

const PROVIDER = path.join('registry.terraform.io', 'hashicorp', 'aws');

/** Provider versions older than this lack arguments that the stacks use. */
const OLDEST = '5.100.0';

/**
 * The provider to rehearse with: the pinned version from a mirror or from the registry, else the newest one installed.
 *
 * @returns undefined when there is none
 */
export async function findProvider(search: ProviderSearch): Promise<ProviderSource | undefined> {
  const installed = search.mirrors.flatMap(mirror => versionsIn(mirror).map(version => ({ version, mirror })));
  const pinned = installed.find(({ version }) => version === search.pinned);
  if (pinned) return pinned;
  if (await search.registryReachable()) return { version: search.pinned };
  return installed
    .filter(({ version }) => compareVersions(version, OLDEST) >= 0 && compareVersions(version, search.pinned) <= 0)
    .sort((a, b) => compareVersions(b.version, a.version))[0];
}

/**
 * Folders that may hold a plugin mirror: the one that is named, the ones Terraform itself looks into
 * (https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories),
 * and the children of the usual parents.
 */
export function mirrorFolders(home: string, named: string | undefined): string[] {
  const implied = [
    path.join(home, '.terraform.d', 'plugins'),
    path.join(home, '.local', 'share', 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ];
  const parents = ['/opt', '/usr/local/share', '/usr/local/lib', '/usr/share'];
  const children = parents.flatMap(parent =>
    existsSync(parent) ? readdirSync(parent).map(name => path.join(parent, name)) : [],
  );
  return [...(named ? [named] : []), ...implied, ...children].filter(folder => existsSync(path.join(folder, PROVIDER)));
}

/** Version of the AWS provider that the CDKTF bindings were generated from, e.g. `6.25.0`. */
export function pinnedProviderVersion(root: string): string {
  const bindings = path.join(root, 'node_modules', '@cdktf', 'provider-aws', 'package.json');
  const { cdktf } = JSON.parse(readFileSync(bindings, 'utf8')) as { cdktf: { provider: { version: string } } };
  return cdktf.provider.version;
}

function versionsIn(mirror: string): string[] {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const platform = `${process.platform}_${architecture}`;
  return readdirSync(path.join(mirror, PROVIDER)).flatMap(entry => {
    const packed = /^terraform-provider-aws_([\d.]+)_(\w+)\.zip$/.exec(entry);
    if (packed?.[1] && packed[2] === platform) return [packed[1]];
    return existsSync(path.join(mirror, PROVIDER, entry, platform)) ? [entry] : [];
  });
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
