import type { PlanReport } from '../../../../scripts/domain/plan/plan-report';
import { reportOf } from '../../../../scripts/domain/plan/plan-report';
import { renderPlanMarkdown } from '../../../../scripts/domain/plan/render-plan-markdown';
import { renderPlanText } from '../../../../scripts/domain/plan/render-plan-text';
import type { ReportedChange } from '../../../../scripts/domain/plan/reported-change';
import { measuredPlan } from './measured-plan';

const report = reportOf(measuredPlan('replacements'), { environment: 'prod', protect: true, region: 'eu-central-1' });

function many(kind: 'update' | 'create' | 'delete', count: number): ReportedChange[] {
  return [...Array(count).keys()].map(number => ({
    address: `aws_route53_record.${kind}_${number}`,
    type: 'aws_route53_record',
    kind,
    reason: '',
    newOneFirst: false,
    attributes: [{ path: 'records', before: '"a"'.repeat(20), after: '"b"'.repeat(20), forcesReplacement: false }],
    leftBehind: false,
  }));
}

describe('text', () => {
  test('has colour only where it may', () => {
    expect(renderPlanText(report, false)).not.toContain('\u001b');
    expect(renderPlanText(report, true)).toContain('\u001b[31mreplace aws_s3_bucket.Uploads');
  });

  test('says why, what is lost and what it costs', () => {
    const text = renderPlanText(report, false);
    expect(text).toContain('replace aws_s3_bucket.Uploads, old one first: bucket cannot be changed in place');
    expect(text).toContain('loses all objects and their versions');
    expect(text).toContain('bucket: "webshop-prod-uploads" -> "webshop-prod-media" (forces the replacement)');
    expect(text).toMatch(/Price: 31\.\d\d -> 86\.\d\d USD a month \(\+55\.\d\d\)/);
  });
});

describe('markdown', () => {
  test('begins with the marker by which a pipeline finds its comment', () => {
    expect(renderPlanMarkdown(report).split('\n')[0]).toBe('<!-- slipway plan: prod -->');
  });

  test('says nothing about room when everything fits', () => {
    expect(renderPlanMarkdown(report)).not.toContain('Left out');
  });

  test.each([
    ['many creations', many('create', 3000)],
    ['many updates', many('update', 3000)],
    ['many deletions', many('delete', 3000)],
    [
      'one enormous change',
      [{ ...many('update', 1)[0]!, attributes: many('update', 3000).flatMap(c => c.attributes) }],
    ],
  ])('always fits a comment: %s', (_, changes) => {
    const text = renderPlanMarkdown({ ...report, changes });
    expect(text.length).toBeLessThan(65_000);
    expect(text).toContain('<!-- slipway plan: prod -->');
    expect(text).toContain('- `aws_s3_bucket.Uploads`');
  });

  test('leaves out the least important first and says how much', () => {
    const full: PlanReport = {
      ...report,
      changes: [...report.changes, ...many('update', 200), ...many('create', 2000)],
    };
    const text = renderPlanMarkdown(full);
    expect(text).toContain('replace aws_s3_bucket.Uploads');
    expect(text).toContain('update aws_route53_record.update_199');
    expect(text).toMatch(/Left out to fit a comment: \d+ of 2003 in "Created"\. Run `slipway plan prod` for all\./);
  });

  test('no value can end its code span, mention somebody or add markup', () => {
    const hostile = {
      ...many('update', 1)[0]!,
      attributes: [{ path: 'd', before: '`', after: 'x`\n# @team <b>', forcesReplacement: false }],
    };
    const text = renderPlanMarkdown({ ...report, changes: [hostile] });
    expect(text).toContain("`x' # @team <b>`");
  });
});
