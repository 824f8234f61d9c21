import {
  type Counts,
  hourBefore,
  parseCounts,
  percentile,
  type Sample,
  trafficBetween,
  withSample,
} from '../../../../scripts/domain/swarm/traffic';

const START = Date.parse('2026-11-02T08:00:00Z');
const at = (minutes: number) => new Date(START + minutes * 60_000);
const counts = (requests: number, errors = 0): Counts => ({ requests, errors, within: { '+Inf': requests } });
const sample = (minutes: number, services: Sample['services'] = {}): Sample => ({
  at: at(minutes).toISOString(),
  services,
});

/** As Traefik 3.6 says it. */
const METRICS = `# HELP traefik_service_requests_total How many HTTP requests processed on a service.
# TYPE traefik_service_requests_total counter
traefik_service_requests_total{code="200",method="GET",protocol="http",service="shop-prod-web-blue@swarm"} 90
traefik_service_requests_total{code="502",method="GET",protocol="http",service="shop-prod-web-blue@swarm"} 6
traefik_service_requests_total{code="500",method="POST",protocol="http",service="shop-prod-web-blue@swarm"} 4
traefik_service_requests_total{code="404",method="GET",protocol="http",service="shop-prod-web-green@swarm"} 1.5e+03
traefik_service_requests_total{code="500",method="GET",protocol="http",service="shop-prod-dev-web-blue@swarm"} 7
traefik_service_requests_total{code="500",method="GET",protocol="http",service="shop-prod-web-blue@file"} 8
traefik_service_requests_total{code="500",method="GET",protocol="http",service="shop-prod-other@swarm"} 9
traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="shop-prod-web-blue@swarm",le="0.1"} 80
traefik_service_request_duration_seconds_bucket{code="502",method="GET",protocol="http",service="shop-prod-web-blue@swarm",le="0.1"} 2
traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="shop-prod-web-blue@swarm",le="+Inf"} 90
traefik_service_request_duration_seconds_sum{code="200",method="GET",protocol="http",service="shop-prod-web-blue@swarm"} 3.5
traefik_entrypoint_requests_total{code="200",entrypoint="websecure",method="GET",protocol="http"} 1000
go_goroutines 42
`;

describe('what Traefik has counted', () => {
  test('is read by service, over all methods and codes', () => {
    expect(parseCounts(METRICS, 'shop-prod', ['shop-prod', 'shop-prod-dev'])).toEqual({
      'shop-prod-web-blue': { requests: 100, errors: 10, within: { '0.1': 82, '+Inf': 90 } },
      'shop-prod-web-green': { requests: 1500, errors: 0, within: {} },
    });
  });

  test('of one stack is not that of another whose name begins like it', () => {
    expect(Object.keys(parseCounts(METRICS, 'shop-prod-dev', ['shop-prod', 'shop-prod-dev']))).toEqual([
      'shop-prod-dev-web-blue',
    ]);
    expect(parseCounts(METRICS, 'shop', ['shop', 'shop-prod', 'shop-prod-dev'])).toEqual({});
  });

  test('is nothing where nobody has asked for anything', () => {
    expect(parseCounts('', 'shop-prod', ['shop-prod'])).toEqual({});
  });
});

describe('traffic', () => {
  test('is what was added, in all colours together', () => {
    const before = sample(0, { blue: counts(100, 5), green: counts(10) });
    const after = sample(2, { blue: counts(130, 6), green: counts(30, 2) });
    expect(trafficBetween([before, after])).toEqual({ requests: 50, errors: 3, within: { '+Inf': 50 }, seconds: 120 });
  });

  test('counts on where Traefik has begun anew, or a colour was not there', () => {
    const samples = [
      sample(0, { blue: counts(100) }),
      sample(1, { blue: counts(7, 1) }),
      sample(2, { green: counts(5) }),
      sample(3, { blue: counts(4), green: counts(6) }),
    ];
    expect(trafficBetween(samples)).toMatchObject({ requests: 7 + 5 + 4 + 1, errors: 1, seconds: 180 });
  });

  test('of no time is none', () => {
    expect(trafficBetween([])).toEqual({ requests: 0, errors: 0, within: {}, seconds: 0 });
    expect(trafficBetween([sample(0, { blue: counts(9) })])).toMatchObject({ requests: 0, seconds: 0 });
  });

  test('of the hour before a release is that of the samples before it, and of no others', () => {
    const samples = [-80, -61, -30, -1, 1].map((minutes, index) => sample(minutes, { blue: counts(index * 10) }));
    expect(hourBefore(samples, at(0))).toMatchObject({ requests: 20, seconds: 3600 });
    expect(hourBefore(samples.slice(3), at(0))).toBeUndefined();
  });

  test('is remembered for three hours', () => {
    const kept = [-181, -180, -5].reduce<readonly Sample[]>((all, minutes) => withSample(all, sample(minutes)), []);
    expect(withSample(kept, sample(0)).map(found => found.at)).toEqual([-180, -5, 0].map(m => at(m).toISOString()));
  });

  test('that a clock set back would put before what was there takes its place', () => {
    expect(withSample([sample(0), sample(5)], sample(3))).toEqual([sample(0), sample(3)]);
  });
});

describe('a percentile', () => {
  const within = { '0.1': 50, '0.5': 90, '1': 100, '+Inf': 100 };

  test.each([
    [50, 100],
    [25, 50],
    [90, 500],
    [95, 750],
  ])('of %d %% is %d ms', (percent, milliseconds) => {
    expect(percentile({ requests: 100, errors: 0, within }, percent)).toBeCloseTo(milliseconds);
  });

  test('beyond the last bound is that bound', () => {
    expect(percentile({ requests: 10, errors: 0, within: { '10': 1, '+Inf': 10 } }, 95)).toBe(10_000);
  });

  test('of nothing is unknown', () => {
    expect(percentile({ requests: 0, errors: 0, within: {} }, 95)).toBeUndefined();
    expect(percentile({ requests: 0, errors: 0, within: { '1': 0, '+Inf': 0 } }, 95)).toBeUndefined();
  });
});
