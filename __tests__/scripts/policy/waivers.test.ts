import { type Finding, judge, type Waiver } from '../../../scripts/policy/waivers';
import waivers from '../../../scripts/policy/checkov-waivers.json';

const finding: Finding = {
  check: 'CKV_AWS_88',
  wants: 'EC2 instance should not have public IP.',
  resource: 'prod/Node/Resource',
  file: 'prod/cdk.tf.json',
};
const waiver: Waiver = {
  check: 'CKV_AWS_88',
  resource: 'prod/Node/Resource',
  reason: 'It is the web server.',
  price: 58,
};

describe('judge', () => {
  test('says nothing when every finding is waived and every waiver needed', () => {
    expect(judge([finding], [waiver])).toEqual({ unwaived: [], unused: [] });
  });

  test('names a finding that nobody has waived: check, resource, file and advice', () => {
    expect(judge([finding], [])).toEqual({
      unwaived: ['CKV_AWS_88 prod/Node/Resource (prod/cdk.tf.json): EC2 instance should not have public IP.'],
      unused: [],
    });
  });

  test('names a waiver that nothing needs', () => {
    expect(judge([], [waiver])).toEqual({ unwaived: [], unused: ['CKV_AWS_88 prod/Node/Resource'] });
  });

  test.each([
    ['*/Node/Resource', true],
    ['prod/*', true],
    ['*', true],
    ['prod/Node', false],
    ['Node/Resource', false],
    ['dev/*', false],
    ['prod.Node.Resource', false],
  ])('a waiver for %s covers prod/Node/Resource: %s', (resource, covers) => {
    expect(judge([finding], [{ ...waiver, resource }]).unwaived).toHaveLength(covers ? 0 : 1);
  });

  test('a waiver covers its own check only', () => {
    expect(judge([finding], [{ ...waiver, check: 'CKV_AWS_8' }]).unwaived).toHaveLength(1);
  });
});

describe('checkov-waivers.json', () => {
  test.each((waivers as Waiver[]).map(one => [one.check, one.resource, one] as const))(
    '%s %s has a reason and a price',
    (_check, _resource, one) => {
      expect(Object.keys(one).sort()).toEqual(['check', 'price', 'reason', 'resource']);
      expect(one.check).toMatch(/^CKV2?_AWS_\d+$/);
      expect(one.reason).toMatch(/^[A-Z`].{30,}\.$/);
      expect(one.price).toBeGreaterThanOrEqual(0);
    },
  );

  test('waives no check for everything', () => {
    for (const { resource } of waivers) expect(resource).not.toMatch(/^\*?\/?\*$/);
  });

  test('waives nothing twice', () => {
    const keys = waivers.map(({ check, resource }) => `${check} ${resource}`);
    expect(keys).toEqual([...new Set(keys)]);
  });
});
