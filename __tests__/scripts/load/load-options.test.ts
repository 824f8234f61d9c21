import { SlipwayError } from '../../../scripts/domain/slipway-error';
import { checkLoad } from '../../../scripts/load/load-options';

const URL_HERE = 'https://127.0.0.1:8443';

describe('options of a load', () => {
  it('have defaults', () => {
    const plan = checkLoad({ url: URL_HERE });
    expect(plan).toMatchObject({ secure: true, address: '127.0.0.1', port: 8443, host: '127.0.0.1', rate: 50 });
    expect(new Set(plan.order)).toEqual(new Set(['get', 'post', 'slow', 'large']));
  });

  it.each([
    ['https://127.0.0.1:8443', '127.0.0.1', 8443],
    ['http://127.9.8.7', '127.9.8.7', 80],
    ['https://localhost', '127.0.0.1', 443],
    ['https://[::1]:8443', '::1', 8443],
    // The URL's own rules make an address of these.
    ['http://2130706433:8080', '127.0.0.1', 8080],
    ['http://127.1:8080', '127.0.0.1', 8080],
  ])('take %s as a server of this machine', (url, address, port) => {
    expect(checkLoad({ url })).toMatchObject({ address, port });
  });

  it.each([
    'https://example.org',
    'https://10.0.0.1',
    'https://192.168.0.1:8443',
    'https://0.0.0.0:8443',
    'https://128.0.0.1',
    'https://[::]:8443',
    'https://[::ffff:10.0.0.1]',
    'https://127.0.0.1.example.org',
    'https://localhost.example.org',
    'https://127.0.0.1@example.org',
    'ftp://127.0.0.1',
    '127.0.0.1:8443',
    '',
  ])('refuse %s', url => {
    expect(() => checkLoad({ url })).toThrow(SlipwayError);
    expect(() => checkLoad({ url })).toThrow(/^load: url .* is not allowed, only .*; write it like https:\/\/127/);
  });

  it.each([
    [{ rate: 0 }],
    [{ rate: 1_001 }],
    [{ rate: 1.5 }],
    [{ rate: NaN }],
    [{ seconds: 0 }],
    [{ seconds: 3_601 }],
    [{ requests: 0 }],
    [{ requests: 1_000_001 }],
    [{ timeoutMs: 99 }],
    [{ timeoutMs: 60_001 }],
    [{ mix: { get: -1 } }],
    [{ mix: { get: 101 } }],
    [{ mix: { get: 0 } }],
  ])('refuse %j', options => {
    expect(() => checkLoad({ url: URL_HERE, ...options })).toThrow(/^load: .* is not allowed, only .*; (take|give) /);
  });

  it('spread each kind evenly', () => {
    expect(checkLoad({ url: URL_HERE, mix: { get: 4, slow: 1, large: 1 } }).order).toEqual([
      ...['get', 'get', 'slow', 'large', 'get', 'get'],
    ]);
  });
});
