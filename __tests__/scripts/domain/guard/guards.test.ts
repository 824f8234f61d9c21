import { approved, type ReviewedPull } from '../../../../scripts/domain/guard/approval';
import { frozen } from '../../../../scripts/domain/guard/freeze';
import { greenCi } from '../../../../scripts/domain/guard/green-ci';
import { judge } from '../../../../scripts/domain/guard/refusal';
import { visibleToAll } from '../../../../scripts/domain/guard/tree';
import { ExitCode } from '../../../../scripts/domain/exit-code';

const COMMIT = 'abcdef0'.padEnd(40, '1');
const reasons = (refusals: readonly { reason: string }[]) => refusals.map(({ reason }) => reason);

describe('green CI', () => {
  const check = (name: string, result: string) => ({ name, result });

  test.each([
    ['everything is green', [check('unit', 'success'), check('docs', 'skipped'), check('size', 'neutral')], [], []],
    ['only what must be there counts', [check('unit', 'success'), check('flaky', 'failure')], ['unit'], []],
    ['nothing was said', [], [], ['CI has said nothing of abcdef0']],
    ['one is red', [check('unit', 'failure')], [], ['CI is not green for abcdef0: unit failure']],
    ['one has not ended', [check('unit', 'in_progress')], ['unit'], ['CI is not green for abcdef0: unit in_progress']],
    ['one is missing', [check('unit', 'success')], ['unit', 'e2e'], ['CI has no result of e2e for abcdef0']],
    ['a cancelled one is not green', [check('unit', 'cancelled')], [], ['CI is not green for abcdef0: unit cancelled']],
    ['the word "pending"', [check('unit', 'pending')], [], ['CI is not green for abcdef0: unit pending']],
  ])('%s', (_what, checks, required, expected) => {
    const refusals = greenCi(COMMIT, checks, required);
    expect(reasons(refusals)).toEqual(expected);
    for (const { guard } of refusals) expect(guard).toBe('red-ci');
  });
});

describe('approval', () => {
  const pull = (...reviews: [string, string][]): ReviewedPull => ({
    number: 7,
    author: 'alice',
    reviews: reviews.map(([reviewer, state]) => ({ reviewer, state })),
    asked: ['carol'],
  });

  test.each([
    ['approved', [pull(['bob', 'APPROVED'])], []],
    ['approved after changes', [pull(['bob', 'CHANGES_REQUESTED'], ['bob', 'APPROVED'])], []],
    ['a comment takes nothing back', [pull(['bob', 'APPROVED'], ['bob', 'COMMENTED'])], []],
    [
      'dismissed',
      [pull(['bob', 'APPROVED'], ['bob', 'DISMISSED'])],
      ['pull request 7 has 0 of 1 approvals; asked and missing: carol'],
    ],
    ['sent back', [pull(['bob', 'APPROVED'], ['dave', 'CHANGES_REQUESTED'])], ['pull request 7 was sent back by dave']],
    [
      'the author does not count',
      [pull(['alice', 'APPROVED'])],
      ['pull request 7 has 0 of 1 approvals; asked and missing: carol'],
    ],
    ['no pull request', [], ['abcdef0 came without a pull request, so nobody has approved it']],
  ])('%s', (_what, pulls, expected) => {
    expect(reasons(approved(COMMIT, pulls, 1))).toEqual(expected);
  });

  test('one reviewer is one approval', () => {
    const [refusal] = approved(COMMIT, [pull(['bob', 'APPROVED'], ['bob', 'APPROVED'])], 2);
    expect(refusal?.reason).toContain('1 of 2 approvals');
  });
});

describe('freeze', () => {
  const holiday = { from: '2026-12-24T00:00Z', until: '2027-01-02T06:00Z', reason: 'holidays' };
  const weekend = { weekly: { from: 'Fri 16:00', until: 'Mon 07:00' }, reason: 'weekend' };

  test.each([
    ['2026-12-23T23:59:59Z', holiday, undefined],
    ['2026-12-24T00:00:00Z', holiday, 'nothing is released until 2027-01-02T06:00Z: holidays'],
    ['2027-01-02T05:59:59Z', holiday, 'nothing is released until 2027-01-02T06:00Z: holidays'],
    ['2027-01-02T06:00:00Z', holiday, undefined],
    // 27 November 2026 is a Friday.
    ['2026-11-27T15:59:59Z', weekend, undefined],
    ['2026-11-27T16:00:00Z', weekend, 'nothing is released until Mon 07:00 UTC: weekend'],
    ['2026-11-29T12:00:00Z', weekend, 'nothing is released until Mon 07:00 UTC: weekend'],
    ['2026-11-30T06:59:59Z', weekend, 'nothing is released until Mon 07:00 UTC: weekend'],
    ['2026-11-30T07:00:00Z', weekend, undefined],
    // Friday 17:30 in Berlin.
    ['2026-11-27T17:30:00+01:00', weekend, 'nothing is released until Mon 07:00 UTC: weekend'],
  ])('%s', (now, freeze, expected) => {
    expect(reasons(frozen([freeze], new Date(now)))).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each([
    [{ from: '24.12.2026', until: '2027-01-02T06:00Z', reason: 'x' }, 'freeze is "24.12.2026"'],
    [{ from: '2026-12-24T00:00', until: '2027-01-02T06:00Z', reason: 'x' }, 'a moment with its zone'],
    [{ weekly: { from: 'Friday 16:00', until: 'Mon 07:00' }, reason: 'x' }, 'weekly freeze is "Friday 16:00"'],
    [{ weekly: { from: 'Fri 24:00', until: 'Mon 07:00' }, reason: 'x' }, 'weekly freeze is "Fri 24:00"'],
  ])('refuses %j', (freeze, message) => {
    expect(() => frozen([freeze], new Date('2026-11-25T12:00:00Z'))).toThrow(message);
  });
});

describe('what nobody else can see', () => {
  const facts = { commit: COMMIT, changed: [], onBranches: ['develop'] };

  test.each([
    ['pushed and clean', {}, []],
    ['on the required branch', { required: 'develop' }, []],
    ['uncommitted', { changed: ['a', 'b'] }, ['dirty-tree: not committed: a, b']],
    [
      'much uncommitted',
      { changed: ['1', '2', '3', '4', '5', '6', '7'] },
      ['dirty-tree: not committed: 1, 2, 3, 4, 5, and 2 more'],
    ],
    ['unpushed', { onBranches: [] }, ['unpushed: abcdef0 was not pushed']],
    ['unpushed is enough of a reason', { onBranches: [], required: 'main' }, ['unpushed: abcdef0 was not pushed']],
    ['elsewhere', { required: 'main' }, ['off-branch: abcdef0 is not on main, but on develop']],
  ])('%s', (_what, change, expected) => {
    expect(visibleToAll({ ...facts, ...change }).map(({ guard, reason }) => `${guard}: ${reason}`)).toEqual(expected);
  });
});

describe('judgement', () => {
  const refusals = [
    { guard: 'red-ci', reason: 'CI is red' },
    { guard: 'dirty-tree', reason: 'not committed: a' },
    { guard: 'red-ci', reason: 'CI has no result of e2e' },
  ] as const;

  test('nothing to object', () => {
    expect(judge([], { guards: [] })).toEqual([]);
  });

  test('names every reason and every override, once', () => {
    const refused = () => judge(refusals, { guards: [] });
    expect(refused).toThrow(
      'refused: CI is red; not committed: a; CI has no result of e2e; ' +
        'put it right, or add --override red-ci --override dirty-tree --reason "<why>"',
    );
    expect(refused).toThrow(expect.objectContaining({ exitCode: ExitCode.Refused }) as Error);
  });

  test('an override sets aside its guard only', () => {
    expect(() => judge(refusals, { guards: ['red-ci'], why: 'fire' })).toThrow(/^refused: not committed: a; put/);
  });

  test('what was set aside is recorded with the reason', () => {
    const overrides = judge(refusals, { guards: ['red-ci', 'dirty-tree'], why: 'fire' });
    expect(overrides).toEqual(refusals.map(refusal => ({ ...refusal, why: 'fire' })));
  });

  test.each([
    [{ guards: ['red-ci'] }, /--override needs a reason/],
    [{ guards: ['everything'], why: 'fire' }, /--override is "everything", allowed is one of dirty-tree, /],
  ])('refuses %j', (wish, message) => {
    expect(() => judge(refusals, wish)).toThrow(message);
  });
});
