import { assetObject, HASHED_NAME } from '../../../../scripts/domain/assets/asset-file';

const rules = { prefix: 'assets/', hashed: HASHED_NAME, cacheSeconds: 60 };
const file = (path: string) => ({ path, file: `/build/${path}`, bytes: 1, sha256: 'ab' });
const of = (path: string) => assetObject(file(path), rules);

describe('what the bucket is to have of a file', () => {
  test.each(['js/app.3f2a9c1b.js', 'app-0a1b2c3d4e5f.css', 'js/app.3f2a9c1b.js.map', 'logo.ABCDEF01.svg'])(
    '%s has a hash in its name, and is kept for a year',
    path => {
      expect(of(path)).toMatchObject({ hashed: true, cacheControl: 'public, max-age=31536000, immutable' });
    },
  );

  test.each([
    'index.html',
    'app.js',
    'report-20261127.pdf',
    'the-facaded-house.jpg',
    'app.3f2a.js',
    '3f2a9c1b.js',
    '3f2a9c1b/app.js',
    'jquery-3.7.1.min.js',
  ])('%s has none, and is asked for again', path => {
    expect(of(path)).toMatchObject({ hashed: false, cacheControl: 'public, max-age=60' });
  });

  test.each([
    ['app.js', 'text/javascript; charset=utf-8'],
    ['app.mjs', 'text/javascript; charset=utf-8'],
    ['app.css', 'text/css; charset=utf-8'],
    ['app.3f2a9c1b.js.map', 'application/json; charset=utf-8'],
    ['logo.svg', 'image/svg+xml'],
    ['photo.jpg', 'image/jpeg'],
    ['photo.avif', 'image/avif'],
    ['inter.woff2', 'font/woff2'],
    ['app.wasm', 'application/wasm'],
    ['app.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['LICENSE', 'application/octet-stream'],
  ])('%s is %s', (path, type) => {
    expect(of(path).contentType).toBe(type);
  });

  test('its place is below the prefix, and the data says what a hash looks like', () => {
    const object = assetObject(file('js/app-BX3k9dQ1.js'), { ...rules, prefix: 'static/', hashed: /-[\w-]{8}\.js$/ });
    expect(object).toMatchObject({ key: 'static/js/app-BX3k9dQ1.js', hashed: true });
  });
});
