import { contractedIn, schemaGap } from '../../../../scripts/domain/deploy/rollback-schema';
import type { ReleaseRecord } from '../../../../scripts/domain/release/history';
import { migration } from '../../../support/schema-model';

/** Records of a stack from `version@level`, the oldest first; `!` before it: it did not become live. */
function records(...names: string[]): ReleaseRecord[] {
  return names.map((name, index): ReleaseRecord => {
    const [version = '', level] = name.replace('!', '').split('@');
    return {
      ...{
        n: index + 1,
        stack: 'webshop-prod',
        version,
        commit: 'c'.repeat(40),
        by: 'anna',
        verb: 'apply',
        from: null,
      },
      ...{
        result: name.startsWith('!') ? 'failed' : 'done',
        startedAt: '',
        finishedAt: '',
        timings: {},
        downtimeMs: 0,
      },
      ...{ images: { web: version }, colours: {}, strategy: 'colours' },
      ...(level !== undefined && { migrationLevel: Number(level) }),
    };
  });
}

/** The gap to the release with the number. */
const gapTo = (n: number, ...names: string[]) => {
  const all = records(...names);
  return schemaGap(all, all[n - 1]!);
};

describe('how far the schema has gone', () => {
  test.each<[string, ReturnType<typeof schemaGap>, number, string[]]>([
    ['nothing came since', undefined, 1, ['1@3', '2@3']],
    ['what came with the release right after it is none', undefined, 1, ['1@3', '2@4']],
    ['what came two releases later', { known: 4, highest: 5 }, 1, ['1@3', '2@4', '3@5']],
    ['the release right after it brought nothing', { known: 3, highest: 5 }, 1, ['1@3', '2@3', '3@5']],
    ['the same version again is not the release after it', { known: 4, highest: 5 }, 1, ['1@3', '1@3', '2@4', '3@5']],
    ['what did not become live does not count', undefined, 1, ['1@3', '!2@4', '3@4', '!4@9']],
    ['nobody has written the level down', undefined, 1, ['1', '2', '3@5']],
    ['only the release after it has written it down', { known: 4, highest: 5 }, 1, ['1', '2@4', '3@5']],
    ['the release after it has not', { known: 3, highest: 5 }, 1, ['1@3', '2', '3@5']],
    ['somebody went back after it, and it lives with what it brought itself', undefined, 2, ['1@3', '2@5', '1@3']],
    ['what came after somebody went back', { known: 5, highest: 6 }, 2, ['1@3', '2@5', '1@3', '3@6']],
  ])('%s', (_what, expected, n, names) => {
    expect(gapTo(n, ...names)).toEqual(expected);
  });
});

test('of what came since, only what took something counts', () => {
  const contract = { up: { phase: 'contract' } } as const;
  const migrations = [
    migration(4, contract),
    migration(5, contract),
    migration(6, { up: { phase: 'expand' } }),
    migration(7),
    migration(8, contract),
    migration(9, contract),
  ];
  expect(contractedIn({ known: 4, highest: 8 }, migrations).map(({ seq }) => seq)).toEqual([5, 8]);
});
