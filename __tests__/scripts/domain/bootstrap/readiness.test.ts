import { describeReadiness, parseReadiness } from '../../../../scripts/domain/bootstrap/readiness';

test('reads what a node reports', () => {
  const report = { state: 'booting', step: 'docker', message: 'installing', at: '2026-01-31T12:00:00Z' };
  expect(parseReadiness(JSON.stringify(report))).toEqual(report);
});

test('does without everything but the state', () => {
  expect(parseReadiness('{"state":"ready","step":7}')).toEqual({ state: 'ready', step: '', message: '', at: '' });
});

test.each(['', '{"state":"rea', 'null', '[]', '"ready"', '{"state":"done"}', '{"state":["ready"]}', '<Error/>'])(
  'does not take %j for a report',
  text => {
    expect(parseReadiness(text)).toBeUndefined();
  },
);

test('describes a report with everything it says', () => {
  expect(
    describeReadiness({ state: 'failed', step: 'docker', message: 'no space left', at: '2026-01-31T12:00:00Z' }),
  ).toBe('failed at step "docker" no space left (2026-01-31T12:00:00Z)');
  expect(describeReadiness({ state: 'ready', step: '', message: '', at: '' })).toBe('ready');
});
