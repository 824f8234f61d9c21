import path from 'node:path';
import { TRAEFIK_IMAGE } from '../../constructs/swarm-node/boot-files';
import { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import { type LanePart, requireParts } from './lane';

const ROOT = path.join(__dirname, '..', '..');

const PARTS: readonly LanePart[] = [
  { program: 'dockerd', install: 'sudo apt-get install docker.io' },
  { program: 'docker', install: 'sudo apt-get install docker.io, or docker-cli where there is such a package' },
  { program: 'containerd', install: 'sudo apt-get install containerd' },
  { program: 'haproxy', install: 'sudo apt-get install haproxy' },
  { program: 'docker-registry', install: 'sudo apt-get install docker-registry' },
  { program: 'busybox', install: 'sudo apt-get install busybox-static' },
  { program: 'ip', install: 'sudo apt-get install iproute2' },
  { program: 'nsenter', install: 'sudo apt-get install util-linux' },
  { program: 'curl', install: 'sudo apt-get install curl' },
];
/** No program has such a name, so it counts as missing. */
const ROOT_RIGHTS: LanePart = {
  program: 'the right to make bridges and containers',
  install: 'sudo npm run test:lanes',
};

/** The lane of tests that need a real swarm; they run as root. */
export const SWARM_LANE = requireParts(process.getuid?.() === 0 ? PARTS : [...PARTS, ROOT_RIGHTS]);

/** Time for a lab to start; the first one of a machine builds Traefik. */
export const SWARM_START_MS = 20 * 60_000;

export function startSwarmLab(): Promise<SwarmLab> {
  return SwarmLab.start({ root: ROOT, traefikImage: TRAEFIK_IMAGE, env: process.env });
}
