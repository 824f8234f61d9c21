import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TRAEFIK_IMAGE } from '../../../constructs/swarm-node/boot-files';
import { SwarmLab } from '../../rehearsal/swarm-lab/swarm-lab';
import type { Benchmark } from '../benchmark';
import { Samples } from '../samples';
import { bareService } from './bare-service';
import { ReleaseProgram } from './release-program';

const ROOT = path.join(__dirname, '..', '..', '..');
const RUNS = 20;
/** How often Traefik asks Docker for tasks. */
const TRAEFIK_ASKS_EVERY_MS = 1_000;
const APPLY_RATIO = 1.25;
const FLIP_MS = 1_000;
const MEMORY_MB = 80;

/**
 * A release against what Docker does alone: from the moment that the new version is accepted until the public gets it.
 *
 * Our watch for crashes and our drain are left out, as Docker has neither. Both are done in turns on the same swarm, each with
 * one task of the same application, and each behind the same Traefik. The runs begin evenly spread over the second between two
 * of its questions: what begins always at the same moment of it measures how far that is from the next question.
 */
export async function releaseBenchmarks(): Promise<readonly Benchmark[]> {
  const lab = await SwarmLab.start({ root: ROOT, traefikImage: TRAEFIK_IMAGE, env: process.env });
  try {
    const ours = new ReleaseProgram(ROOT, lab);
    const bare = await bareService(lab, await lab.pushVersion('0.0.0'));
    await ours.release('0.0.1');
    const [applied, updated, flipped, memory]: number[][] = [[], [], [], []];
    for (let run = 1; run <= RUNS; run += 1) {
      const wait = (run / RUNS) * TRAEFIK_ASKS_EVERY_MS;
      const image = await lab.pushVersion(`1.${run}.0`);
      await delay(wait);
      updated?.push(await bare.update(`1.${run}.0`, image));
      await delay(wait);
      const released = await ours.release(`2.${run}.0`);
      applied?.push(released.milliseconds);
      memory?.push(released.memory);
      flipped?.push(await ours.flipBack());
    }
    const peer = { name: 'docker service update', measured: new Samples(updated ?? []) };
    return [
      {
        ...{ name: 'deploy apply until the public gets it', unit: 'ms', measured: new Samples(applied ?? []), peer },
        ...{ target: `<= ${APPLY_RATIO} x`, limit: APPLY_RATIO * peer.measured.median },
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
