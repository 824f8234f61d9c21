import { schemaPlan } from '../../../../scripts/domain/deploy/schema-plan';
import { ExitCode } from '../../../../scripts/domain/exit-code';
import type { Migration } from '../../../../scripts/domain/migration/migration-files';
import { migration } from '../../../support/schema-model';

/** `1 2- 3`: expand, contract, expand. */
function migrations(text: string): Migration[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map(word => migration(parseInt(word, 10), { up: { phase: word.endsWith('-') ? 'contract' : 'expand' } }));
}

function planOf(text: string, applied: number): string {
  const { before, after, level } = schemaPlan(migrations(text), applied);
  const [first, then] = [before, after].map(list => list.map(({ seq }) => seq).join(' '));
  return `${first} | ${then} | ${level}`;
}

describe('migrations around a switch', () => {
  test.each([
    ['there are none', '', 0, ' |  | 0'],
    ['all are applied', '1 2 3-', 3, ' |  | 3'],
    ['what expands comes before', '1 2 3', 1, '2 3 |  | 3'],
    ['what contracts comes after', '1 2 3- 4-', 2, ' | 3 4 | 4'],
    ['both', '1 2 3- 4-', 1, '2 | 3 4 | 4'],
    ['on a new schema, which nobody uses yet, all come before', '1 2- 3', 0, '1 2 3 |  | 3'],
    ['of an older commit there is nothing to do', '1 2', 5, ' |  | 2'],
  ])('%s', (_what, text, applied, expected) => {
    expect(planOf(text, applied)).toBe(expected);
  });

  it('expands where a file does not say what it does', () => {
    expect(schemaPlan([migration(1), migration(2)], 1)).toMatchObject({ before: [{ seq: 2 }], after: [] });
  });

  it('refuses what no order serves, and says up to where to release first', () => {
    const plan = () => schemaPlan(migrations('1 2 3- 4'), 1);
    expect(plan).toThrow(
      '(4) change 4.sql expands the schema behind (3) change 3.sql, which contracts it: one has to run before the switch and ' +
        'the other after it; release them one after the other, the first one up to (2)',
    );
    expect(plan).toThrow(expect.objectContaining({ exitCode: ExitCode.Refused }) as Error);
  });

  it('refuses to contract what it expands in the same release', () => {
    const of = (one: Migration): Migration => ({ ...one, up: { ...one.up, tables: ['users'] } });
    const plan = () => schemaPlan(migrations('1 2 3-').map(of), 1);
    expect(plan).toThrow(/^\(3\) change 3\.sql takes away from users what \(2\) change 2\.sql replaces/);
    expect(plan).toThrow(expect.objectContaining({ exitCode: ExitCode.Refused }) as Error);
  });
});
