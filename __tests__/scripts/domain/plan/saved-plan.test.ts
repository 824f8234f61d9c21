import { ExitCode } from '../../../../scripts/domain/exit-code';
import type { SlipwayError } from '../../../../scripts/domain/slipway-error';
import type { SavedPlan } from '../../../../scripts/domain/plan/saved-plan';
import { configurationDigest, refuseUnlessReviewed } from '../../../../scripts/domain/plan/saved-plan';

const saved: SavedPlan = {
  environment: 'prod',
  planDigest: 'plan',
  configurationDigest: 'configuration',
  commit: null,
  savedAt: '2026-05-04T09:12:33.000Z',
  summary: '1 to update',
  hasChanges: true,
  protectedLosses: ['aws_s3_bucket.Uploads', 'aws_eip.Address'],
};
const found = { planDigest: 'plan', configurationDigest: 'configuration', allowDestroy: saved.protectedLosses };

function exitCodeOf(work: () => void): ExitCode | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as SlipwayError).exitCode;
  }
}

test('the reviewed plan is accepted', () => {
  expect(() => refuseUnlessReviewed(saved, found)).not.toThrow();
});

test.each([
  ['another plan file', { ...found, planDigest: 'other' }, 'not the one saved at 2026-05-04T09:12:33.000Z'],
  ['changed code', { ...found, configurationDigest: 'other' }, 'code of prod changed'],
  [
    'a loss that nobody named',
    { ...found, allowDestroy: ['aws_s3_bucket.Uploads'] },
    '--allow-destroy aws_eip.Address',
  ],
])('fails with %s', (_, disk, words) => {
  const refuse = () => {
    refuseUnlessReviewed(saved, disk);
  };
  expect(refuse).toThrow(words);
  expect(exitCodeOf(refuse)).toBe(ExitCode.Refused);
});

test('the digest of a stack is about what it says, not about comments', () => {
  const digest = configurationDigest('{"//":{"version":"1"},"resource":{"a":{"//":{"path":"/x"},"size":1}}}');
  expect(configurationDigest('{"//":{"version":"2"},"resource":{"a":{"//":{"path":"/y"},"size":1}}}')).toBe(digest);
  expect(configurationDigest('{"resource":{"a":{"size":2}}}')).not.toBe(digest);
});
