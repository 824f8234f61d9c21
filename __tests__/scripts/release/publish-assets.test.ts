import { publishAssets, type Publication } from '../../../scripts/release/publish-assets';
import type { AssetHead } from '../../../scripts/adapters/asset-store';
import { type AssetObject, assetObject, HASHED_NAME } from '../../../scripts/domain/assets/asset-file';
import { outcomeOf } from '../../support/outcome';

const object = (path: string, sha256 = 'aa') =>
  assetObject(
    { path, file: `/${path}`, bytes: 3, sha256 },
    { prefix: 'assets/', hashed: HASHED_NAME, cacheSeconds: 60 },
  );

/** A bucket in memory that notes every change. */
class Bucket {
  readonly bucket = 'bucket';
  readonly objects = new Map<string, { head: AssetHead; changedAt: Date; text: string }>();
  readonly changes: string[] = [];
  now = new Date('2026-11-01T00:00:00Z');
  /** Spoils what arrives. */
  spoil: (head: AssetHead) => AssetHead = head => head;
  onPut: () => void = () => undefined;

  head = async (key: string) => this.objects.get(key)?.head;
  put = async ({ key, bytes, sha256, contentType, cacheControl }: AssetObject) => {
    this.changes.push(`put ${key}`);
    this.onPut();
    this.set(key, this.spoil({ bytes, sha256, contentType, cacheControl }), '');
  };
  write = async (key: string, json: unknown) => {
    this.changes.push(`write ${key}`);
    this.set(
      key,
      { bytes: 0, sha256: undefined, contentType: undefined, cacheControl: undefined },
      JSON.stringify(json),
    );
  };
  read = async (key: string) => this.objects.get(key)!.text;
  list = async (prefix: string) =>
    [...this.objects].filter(([key]) => key.startsWith(prefix)).map(([key, { changedAt }]) => ({ key, changedAt }));
  remove = async (keys: readonly string[]) => {
    for (const key of keys) {
      this.changes.push(`remove ${key}`);
      this.objects.delete(key);
    }
  };

  private set(key: string, head: AssetHead, text: string): void {
    this.objects.set(key, { head, changedAt: this.now, text });
  }
}

describe('publishing assets', () => {
  let bucket: Bucket;
  const interruption = new AbortController();
  beforeEach(() => {
    bucket = new Bucket();
  });

  function publish(
    version: string,
    paths: readonly AssetObject[],
    overrides: Partial<Publication> = {},
    signal = interruption.signal,
  ) {
    bucket.now = new Date(bucket.now.getTime() + 86_400_000);
    const publication = { version, objects: paths, prefix: 'assets/', keep: 2, prune: false, ...overrides };
    return publishAssets({ store: bucket, now: () => bucket.now, signal }, publication);
  }

  test('sends what has a hash in its name first, and the list of the set last', async () => {
    const pages = [object('index.html'), object('a.3f2a9c1b.js'), object('b.3f2a9c1c.css')];
    expect(await publish('1', pages)).toEqual({ uploaded: 3, unchanged: 0, leftOver: 0 });
    expect(bucket.changes).toEqual([
      'put assets/a.3f2a9c1b.js',
      'put assets/b.3f2a9c1c.css',
      'put assets/index.html',
      'write releases/1.json',
    ]);
  });

  test('sends nothing twice, and again what has changed', async () => {
    await publish('1', [object('index.html'), object('a.3f2a9c1b.js')]);
    bucket.changes.length = 0;
    expect(await publish('2', [object('index.html', 'bb'), object('a.3f2a9c1b.js')])).toMatchObject({
      uploaded: 1,
      unchanged: 1,
    });
    expect(bucket.changes).toEqual(['put assets/index.html', 'write releases/2.json']);
  });

  test('sends again what has another type or another time to be kept', async () => {
    const page = object('index.html');
    await publish('1', [page]);
    expect(await publish('2', [{ ...page, cacheControl: 'public, max-age=5' }])).toMatchObject({ uploaded: 1 });
    expect(await publish('3', [{ ...page, contentType: 'text/plain' }])).toMatchObject({ uploaded: 1 });
  });

  test('never gives a name with a hash another content: browsers have the old one for a year', async () => {
    await publish('1', [object('a.3f2a9c1b.js')]);
    expect(await outcomeOf(publish('2', [object('a.3f2a9c1b.js', 'bb')]).then(() => 0))).toEqual({
      code: 4,
      message: expect.stringContaining(
        'assets/a.3f2a9c1b.js in bucket has another content, though its name has a hash',
      ),
    });
    expect(bucket.changes.filter(change => change.startsWith('put'))).toHaveLength(1);
  });

  test.each<[string, Partial<AssetHead>]>([
    ['content', { sha256: 'cc' }],
    ['size', { bytes: 2 }],
    ['type', { contentType: 'text/plain' }],
    ['cache', { cacheControl: undefined }],
  ])('fails with 4, and lists no set, when the bucket has another %s afterwards', async (_what, wrong) => {
    bucket.spoil = head => ({ ...head, ...wrong });
    const { code, message } = await outcomeOf(publish('1', [object('a.3f2a9c1b.js')]).then(() => 0));
    expect([code, message]).toEqual([4, expect.stringContaining('is not what was uploaded')]);
    expect([...bucket.objects.keys()]).not.toContain('releases/1.json');
  });

  test('an interruption ends it, and what refers to missing files is not sent', async () => {
    const ended = new AbortController();
    bucket.onPut = () => ended.abort();
    const objects = [object('index.html'), object('a.3f2a9c1b.js')];
    const { code, message } = await outcomeOf(publish('1', objects, {}, ended.signal).then(() => 0));
    expect([code, message]).toEqual([4, expect.stringContaining('was interrupted')]);
    expect(bucket.changes).toEqual(['put assets/a.3f2a9c1b.js']);
  });

  describe('of older releases', () => {
    beforeEach(async () => {
      for (const [version, hash] of [
        ['1', '3f2a9c11'],
        ['2', '3f2a9c12'],
        ['3', '3f2a9c13'],
      ] as const) {
        await publish(version, [object(`app.${hash}.js`), object('index.html', hash)]);
      }
      bucket.changes.length = 0;
    });

    test('keeps everything, unless it is told to prune', async () => {
      expect(await publish('4', [object('app.3f2a9c14.js')])).toMatchObject({ leftOver: 2 });
      expect(bucket.changes.filter(change => change.startsWith('remove'))).toEqual([]);
    });

    test('removes what none of the kept sets has, and then their lists', async () => {
      expect(await publish('4', [object('app.3f2a9c14.js'), object('index.html')], { prune: true })).toMatchObject({
        leftOver: 2,
      });
      expect(bucket.changes.filter(change => change.startsWith('remove'))).toEqual([
        'remove assets/app.3f2a9c11.js',
        'remove assets/app.3f2a9c12.js',
        'remove releases/2.json',
        'remove releases/1.json',
      ]);
      expect([...bucket.objects.keys()]).toEqual(
        expect.arrayContaining(['assets/app.3f2a9c13.js', 'assets/app.3f2a9c14.js', 'assets/index.html']),
      );
    });

    test('never removes what is not an asset', async () => {
      await bucket.write('uploads/photo.jpg', {});
      await publish('4', [object('app.3f2a9c14.js')], { prune: true });
      expect([...bucket.objects.keys()]).toContain('uploads/photo.jpg');
    });

    test('removes nothing when a list cannot be read', async () => {
      bucket.objects.set('releases/2.json', { ...bucket.objects.get('releases/2.json')!, text: 'no list' });
      const { code, message } = await outcomeOf(publish('4', [object('a.js')], { prune: true }).then(() => 0));
      expect([code, message]).toEqual([
        4,
        'releases/2.json in bucket is no list of a set; remove it, then publish again',
      ]);
      expect(bucket.changes.filter(change => change.startsWith('remove'))).toEqual([]);
    });
  });
});
