import type { CdnSettings } from '../../stacks/environments/application';
import type { Cloudflare } from '../adapters/cloudflare';
import { purgePlan, type PurgeWish, type ZonePurge } from '../domain/cdn/purge-plan';
import { SlipwayError } from '../domain/slipway-error';

export interface PurgePorts {
  readonly cloudflare: Pick<Cloudflare, 'zoneId' | 'purge'>;
  readonly log: (line: string) => void;
}

/**
 * Purges zone after zone. One that fails does not keep the others from being purged.
 *
 * @returns zones that were purged
 * @throws SlipwayError when one failed and the data says that it must not
 */
export async function purgeCdn({ cloudflare, log }: PurgePorts, cdn: CdnSettings, wish: PurgeWish): Promise<string[]> {
  const purged: string[] = [];
  const failures: string[] = [];
  for (const one of purgePlan(cdn.zones, wish)) {
    try {
      await purgeZone(one);
      purged.push(one.zone);
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      failures.push(`${one.zone}: ${error.message}`);
    }
  }
  if (failures.length > 0 && cdn.required) throw new SlipwayError(`the CDN was not purged, ${failures.join('; ')}`);
  for (const failure of failures) log(`warning: the CDN may show old files for a while, ${failure}`);
  return purged;

  async function purgeZone({ zone, bodies }: ZonePurge): Promise<void> {
    const id = await cloudflare.zoneId(zone);
    for (const body of bodies) await cloudflare.purge(id, body);
  }
}
