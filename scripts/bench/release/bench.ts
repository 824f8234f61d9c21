import path from 'node:path';
import { TRAEFIK_IMAGE } from '../../../constructs/swarm-node/boot-files';
import { SwarmLab } from '../../rehearsal/swarm-lab/swarm-lab';
import type { Benchmark } from '../benchmark';
import { Samples } from '../samples';
import { bareService } from './bare-service';
import type { PublicSince } from './public-version';
import { ReleaseProgram } from './release-program';

const ROOT = path.join(__dirname, '..', '..', '..');
const RUNS = 5;
const APPLY_RATIO = 1.25;
const FIRST_RATIO = 2;
const FLIP_MS = 1_000;
const MEMORY_MB = 80;

/**
 * A release against what Docker does alone: from the moment that the new version is accepted until the public gets it.
 *
 * Our watch for crashes and our drain are left out, as Docker has neither. Both are done in turns on the same swarm, each with
 * one task of the same application, and each behind the same Traefik.
 */
export async function releaseBenchmarks(): Promise<readonly Benchmark[]> {
  const lab = await SwarmLab.start({ root: ROOT, traefikImage: TRAEFIK_IMAGE, env: process.env });
  try {
    const ours = new ReleaseProgram(ROOT, lab);
    const bare = await bareService(lab, await lab.pushVersion('0.0.0'));
    await ours.release('0.0.1');
    const [applied, updated]: PublicSince[][] = [[], []];
    const [flipped, memory]: number[][] = [[], []];
    for (let run = 1; run <= RUNS; run += 1) {
      updated?.push(await bare.update(`1.${run}.0`, await lab.pushVersion(`1.${run}.0`)));
      const released = await ours.release(`2.${run}.0`);
      applied?.push(released);
      memory?.push(released.memory);
      flipped?.push(await ours.flipBack());
    }
    const both = (what: keyof PublicSince) => ({
      unit: 'ms' as const,
      measured: new Samples((applied ?? []).map(times => times[what])),
      peer: { name: 'docker service update', measured: new Samples((updated ?? []).map(times => times[what])) },
    });
    const [only, first] = [both('only'), both('first')];
    return [
      {
        ...{ name: 'deploy apply until the public gets it and nothing else', ...only },
        ...{ target: `<= ${APPLY_RATIO} x`, limit: APPLY_RATIO * only.peer.measured.median },
      },
      // Docker's first answers come while others still get the old version; ours come after the checks.
      {
        ...{ name: 'deploy apply until the first answer', ...first },
        ...{ target: `<= ${FIRST_RATIO} x`, limit: FIRST_RATIO * first.peer.measured.median },
      },
      {
        ...{ name: 'flip back to kept tasks, the switch', unit: 'ms', measured: new Samples(flipped ?? []) },
        ...{ target: `< ${FLIP_MS} ms`, limit: FLIP_MS },
      },
      {
        ...{ name: 'deploy apply, peak memory', unit: 'MB', measured: new Samples(memory ?? []) },
        ...{ target: `<= ${MEMORY_MB} MB`, limit: MEMORY_MB },
      },
    ];
  } finally {
    await lab.stop();
  }
}
