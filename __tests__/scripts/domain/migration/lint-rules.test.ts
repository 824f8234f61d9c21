import { isRefusal, renderFinding } from '../../../../scripts/domain/migration/lint-finding';
import { judged, LINT_RULES, type LintRemark, unusedWaivers } from '../../../../scripts/domain/migration/lint-rules';
import { migration } from '../../../support/schema-model';

const remark: LintRemark = { rule: 'copy', line: 7, message: 'writes to posts wait', next: 'split the change' };
const file = (...rules: string[]) =>
  migration(2, { up: { allow: rules.map(rule => ({ rule, reason: 'at night' })) } }).up;

describe('a remark on a file', () => {
  it('is refused, with its place and what to do', () => {
    const [finding] = judged(file(), [remark]);
    expect(isRefusal(finding!)).toBe(true);
    expect(renderFinding(finding!)).toBe(
      '(2) change 2.sql:7: refused: writes to posts wait [copy]\n' +
        '  next: split the change; or begin the file with "-- allow: copy <reason>"',
    );
  });

  it('is a note when the file allows it, with the reason', () => {
    const [finding] = judged(file('copy'), [remark]);
    expect(isRefusal(finding!)).toBe(false);
    expect(finding!.message).toBe('writes to posts wait; allowed: at night');
  });

  it('is refused when the file allows something else', () => {
    expect(judged(file('if-exists'), [remark]).map(({ level }) => level)).toEqual(['refused']);
  });
});

describe('a waiver', () => {
  it('is refused when there is no such rule, with the rules there are', () => {
    expect(judged(file('copies'), [])).toMatchObject([{ level: 'refused', rule: 'unknown-rule' }]);
    expect(judged(file('toString'), [])).toMatchObject([{ level: 'refused', rule: 'unknown-rule' }]);
    expect(judged(file('copies'), [])[0]?.next).toContain(Object.keys(LINT_RULES).join(', '));
  });

  it('is noted when nothing needs it', () => {
    expect(unusedWaivers(file('copy'), judged(file('copy'), [remark]))).toEqual([]);
    expect(unusedWaivers(file('copy'), [])).toMatchObject([{ level: 'note', rule: 'copy' }]);
  });
});
