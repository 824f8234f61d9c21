import { type DnsAnswer, plainName } from '../mail/dns-answer';
import type { Verdict } from './check';

export interface ZoneOfDomain {
  readonly id: string;
  readonly nameServers: readonly string[];
}

/** Whether the world is sent to the zone: the name servers that the DNS answers are those of the zone in Route53. */
export function delegationVerdict(domain: string, zones: readonly ZoneOfDomain[], answer: DnsAnswer): Verdict {
  const [zone, ...others] = zones;
  if (!zone) return { state: 'skipped', detail: `there is no zone ${domain} in this account yet` };
  if (others.length > 0) {
    const ids = zones.map(({ id }) => id).join(', ');
    return {
      state: 'not ok',
      detail: `${zones.length} zones ${domain}: ${ids}`,
      next: 'delete all but the delegated one',
    };
  }
  const wanted = zone.nameServers.map(plainName).sort();
  const enter = `enter these at the registrar or in the parent zone: ${wanted.join(', ')}`;
  if ('unanswered' in answer) {
    return { state: 'not ok', detail: `the DNS did not answer for ${domain} (${answer.unanswered})`, next: enter };
  }
  const found = answer.records.map(plainName).sort();
  if (found.join() === wanted.join()) return { state: 'ok', detail: `${domain} is delegated to zone ${zone.id}` };
  const detail = found.length === 0 ? 'is not delegated' : `is delegated to ${found.join(', ')}`;
  return { state: 'not ok', detail: `${domain} ${detail}`, next: enter };
}
