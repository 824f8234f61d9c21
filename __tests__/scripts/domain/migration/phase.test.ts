import { phaseConflicts, type PhasedMigration } from '../../../../scripts/domain/migration/phase';

const step = (file: string, phase: PhasedMigration['phase'], ...tables: string[]): PhasedMigration => ({
  file,
  phase,
  tables,
});

function conflicts(...batch: PhasedMigration[]): string[] {
  return phaseConflicts(batch).map(({ contract, expand, table }) => `${contract.file} after ${expand.file}: ${table}`);
}

describe('a batch of migrations', () => {
  it('may expand', () => {
    expect(conflicts(step('1', 'expand', 'users'), step('2', 'expand', 'users'))).toEqual([]);
  });

  it('may contract what an earlier release has expanded', () => {
    expect(conflicts(step('3', 'contract', 'users'))).toEqual([]);
  });

  it('may not contract what it expands', () => {
    expect(
      conflicts(step('1', 'expand', 'users', 'posts'), step('2', 'expand', 'tags'), step('3', 'contract', 'posts')),
    ).toEqual(['3 after 1: posts']);
  });

  it('may contract one thing, and expand another or expand it afterwards', () => {
    expect(conflicts(step('1', 'expand', 'users'), step('2', 'contract', 'posts'))).toEqual([]);
    expect(conflicts(step('1', 'contract', 'users'), step('2', 'expand', 'users'))).toEqual([]);
  });

  it('may contract in several steps', () => {
    expect(conflicts(step('1', 'contract', 'users'), step('2', 'contract', 'users'))).toEqual([]);
  });
});
