import { cdnPurge, purgeOf } from '../../../scripts/commands/cdn';
import type { PurgeWish } from '../../../scripts/domain/cdn/purge-plan';
import { ExitCode } from '../../../scripts/domain/exit-code';
import type { Application, CdnZone } from '../../../stacks/environments/application';
import { CloudflareServer } from '../../support/cloudflare-server';
import { outcomeOf } from '../../support/outcome';
import { recordingContext } from '../../support/recording-context';
import { VirtualClock } from '../../support/virtual-clock';

const ZONES: readonly CdnZone[] = [
  { zone: 'example.org', hosts: ['example.org', 'www.example.org'] },
  { zone: 'example.net' },
];

let cloudflare: CloudflareServer;
let slept: number[];
beforeEach(async () => {
  cloudflare = await CloudflareServer.start('example.org', 'example.net', 'shop.example.net');
  slept = [];
});
afterEach(() => cloudflare.stop());

interface Options {
  readonly zones?: readonly CdnZone[];
  readonly required?: boolean;
  readonly token?: string;
  readonly dryRun?: boolean;
}

async function purge(
  wish: Partial<PurgeWish> = {},
  { zones = ZONES, required = false, token, dryRun = false }: Options = {},
) {
  const env = { CLOUDFLARE_TOKEN: token ?? 'purge-token', CLOUDFLARE_API_URL: cloudflare.url };
  const context = recordingContext({ env, dryRun });
  const application: Application = {
    versions: { scheme: 'YYYYMM.N' },
    cdn: { token: { env: 'CLOUDFLARE_TOKEN' }, zones, required },
  };
  const all = { everything: false, hosts: [], prefixes: [], urls: [], ...wish };
  const action = cdnPurge(all, application, new VirtualClock(seconds => slept.push(seconds)));
  return { ...(await outcomeOf(action(context))), context, application };
}

test('purges what the data says, zone after zone', async () => {
  const { code, context } = await purge();
  expect(code).toBe(ExitCode.Done);
  expect(cloudflare.purged).toEqual([
    { zone: 'example.org', body: { hosts: ['example.org', 'www.example.org'] } },
    { zone: 'example.net', body: { purge_everything: true } },
  ]);
  expect(context.printed).toEqual(['example.org: purged', 'example.net: purged']);
});

test('purges only what is named, in the zone that it is in', async () => {
  await purge({
    hosts: ['www.example.org'],
    prefixes: ['img.example.net/2026'],
    urls: ['https://example.org/logo.png', 'https://img.example.net/a?b=c'],
  });
  expect(cloudflare.purged).toEqual([
    { zone: 'example.org', body: { hosts: ['www.example.org'] } },
    { zone: 'example.org', body: { files: ['https://example.org/logo.png'] } },
    { zone: 'example.net', body: { prefixes: ['img.example.net/2026'] } },
    { zone: 'example.net', body: { files: ['https://img.example.net/a?b=c'] } },
  ]);
});

test('the more exact zone is the right one', async () => {
  await purge({ hosts: ['a.shop.example.net'] }, { zones: [...ZONES, { zone: 'shop.example.net' }] });
  expect(cloudflare.purged.map(({ zone }) => zone)).toEqual(['shop.example.net']);
});

test('everything is every zone, whole', async () => {
  await purge({ everything: true });
  expect(cloudflare.purged.map(({ body }) => body)).toEqual([{ purge_everything: true }, { purge_everything: true }]);
});

test('a request has a hundred items at most', async () => {
  const urls = Array.from({ length: 250 }, (_, index) => `https://example.net/${index}`);
  await purge({ urls });
  expect(cloudflare.purged.map(({ body }) => (body['files'] as string[]).length)).toEqual([100, 100, 50]);
  expect(cloudflare.purged.flatMap(({ body }) => body['files'])).toEqual(urls);
});

test('waits when there were too many, as long as it is told to', async () => {
  cloudflare.bucket = 1;
  const { code, context } = await purge();
  expect(code).toBe(ExitCode.Done);
  expect(cloudflare.purged).toHaveLength(2);
  expect(slept).toEqual([7]);
  expect(context.logged).toEqual(['Cloudflare has had enough purges for now; going on in 7 s']);
});

test.each([
  ['999999', [60]],
  ['Wed, 21 Oct 2026 07:28:00 GMT', [12]],
])('an odd time to wait, %s, is none for ever', async (retryAfter, expected) => {
  cloudflare.retryAfter = retryAfter;
  cloudflare.bucket = 1;
  await purge();
  expect(slept).toEqual(expected);
});

describe('a purge that fails', () => {
  const zones = [{ zone: 'example.com' }, { zone: 'example.net' }];

  test('is a warning, and keeps no other zone from being purged', async () => {
    const { code, context } = await purge({}, { zones });
    expect(code).toBe(ExitCode.Done);
    expect(cloudflare.purged.map(({ zone }) => zone)).toEqual(['example.net']);
    expect(context.logged).toEqual([
      expect.stringMatching(/^warning: the CDN may show old files for a while, example\.com: Cloudflare shows no zone/),
    ]);
    expect(context.objects).toEqual([{ command: 'cdn purge', purged: ['example.net'], failed: ['example.com'] }]);
  });

  test('stops where the data says that it must not', async () => {
    const { code, message } = await purge({}, { zones, required: true });
    expect([code, message]).toEqual([ExitCode.Usage, expect.stringContaining('the CDN was not purged, example.com')]);
  });

  test('does not show the token', async () => {
    const { context } = await purge({}, { token: 'wrong-token' });
    expect(context.logged.join()).toContain('Cloudflare refuses the token (403); it needs Zone Read and Cache Purge');
    expect(context.logged.join()).not.toContain('wrong-token');
  });
});

test.each([
  [{ hosts: ['www.example.com'] }, ExitCode.Refused, '"www.example.com" is not of this application'],
  [{ hosts: ['img.example.org'] }, ExitCode.Refused, 'allowed is example.org, www.example.org, *.example.net'],
  [{ urls: ['/logo.png'] }, ExitCode.Usage, '--url is "/logo.png"'],
  [{ prefixes: ['https://example.net/x'] }, ExitCode.Usage, '--prefix is "https://example.net/x"'],
])('refuses %j and purges nothing', async (wish, exit, reason) => {
  const { code, message } = await purge(wish);
  expect([code, message]).toEqual([exit, expect.stringContaining(reason)]);
  expect(cloudflare.purged).toEqual([]);
});

test('a dry run asks nobody', async () => {
  const { context } = await purge({}, { dryRun: true, token: 'wrong-token' });
  expect(context.printed).toEqual([
    'would purge in example.org: {"hosts":["example.org","www.example.org"]}',
    'would purge in example.net: {"purge_everything":true}',
  ]);
});

test('a release purges what the data says, where there is a CDN', async () => {
  const { context, application } = await purge({}, { dryRun: true });
  await purgeOf(context, application)?.();
  expect(cloudflare.purged.map(({ zone }) => zone)).toEqual(['example.org', 'example.net']);
  expect(purgeOf(context, { versions: { scheme: 'YYYYMM.N' } })).toBeUndefined();
});
