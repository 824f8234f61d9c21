import { type Application, application as configured, type CdnSettings } from '../../stacks/environments/application';
import { systemClock } from '../adapters/clock';
import { Cloudflare } from '../adapters/cloudflare';
import { readSecret } from '../adapters/secret-value';
import { purgePlan, type PurgeWish } from '../domain/cdn/purge-plan';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { purgeCdn } from '../release/purge-cdn';
import type { Action } from './action';
import type { Context } from './context';

/** What the data says is purged. */
const CONFIGURED: PurgeWish = { everything: false, hosts: [], prefixes: [], urls: [] };

/** `slipway cdn purge`: empties the CDN's cache, as the data says or as it is asked. */
export function cdnPurge(wish: PurgeWish, application: Application = configured, clock = systemClock): Action {
  return async context => {
    const { cdn } = application;
    if (!cdn) throw new SlipwayError('no CDN is configured; add `cdn` to stacks/environments/application.ts');
    const { output, dryRun } = context;
    const plan = purgePlan(cdn.zones, wish);
    if (dryRun) {
      for (const { zone, bodies } of plan) {
        for (const body of bodies) output.print(`would purge in ${zone}: ${JSON.stringify(body)}`);
      }
      output.json({ command: 'cdn purge', dryRun, plan });
      return ExitCode.Done;
    }
    const purged = await purgeCdn(await purgePorts(context, cdn, clock), cdn, wish);
    for (const zone of purged) output.print(`${zone}: purged`);
    output.json({
      command: 'cdn purge',
      purged,
      failed: plan.map(({ zone }) => zone).filter(zone => !purged.includes(zone)),
    });
    return ExitCode.Done;
  };
}

/** The purge that belongs to a release; undefined where there is no CDN. */
export function purgeOf(context: Context, { cdn }: Application): (() => Promise<void>) | undefined {
  if (!cdn) return undefined;
  return async () => {
    await purgeCdn(await purgePorts(context, cdn, systemClock), cdn, CONFIGURED);
  };
}

async function purgePorts(context: Context, cdn: CdnSettings, clock: typeof systemClock) {
  const log = (line: string) => context.output.log(line);
  const api = context.env['CLOUDFLARE_API_URL'];
  const token = await readSecret(cdn.token, 'the Cloudflare token', context);
  return { log, cloudflare: new Cloudflare({ token, clock, signal: context.signal, log, ...(api && { api }) }) };
}
