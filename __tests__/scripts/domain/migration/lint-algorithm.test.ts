import {
  type Algorithm,
  algorithmAttempts,
  algorithmRemarks,
  renderAnswer,
} from '../../../../scripts/domain/migration/lint-algorithm';

const GIGABYTE = 1024 ** 3;

function answer(algorithm: Algorithm | undefined, bytes?: number) {
  return { line: 3, table: 'posts', algorithm, size: bytes === undefined ? undefined : { bytes, rows: 5000 } };
}

describe('asking the server for an algorithm', () => {
  it('goes from the cheapest to the dearest', () => {
    expect(algorithmAttempts('ALTER TABLE posts ADD a INT -- why').map(({ sql }) => sql.split('\n')[1])).toEqual([
      ', ALGORITHM=INSTANT',
      ', ALGORITHM=INPLACE, LOCK=NONE',
      ', ALGORITHM=INPLACE',
      ', ALGORITHM=COPY',
    ]);
  });

  it('is spelled without commas for an index', () => {
    expect(algorithmAttempts('CREATE INDEX i ON posts (a)')[1]?.sql).toMatch(/\n ALGORITHM=INPLACE LOCK=NONE$/);
  });

  it('drops an index by ALTER TABLE, which takes an algorithm on both brands', () => {
    expect(algorithmAttempts('DROP INDEX `by``name` ON posts')[0]?.sql).toBe(
      'ALTER TABLE `posts` DROP INDEX `by``name`\n, ALGORITHM=INSTANT',
    );
  });

  it('is left out where the statement says it itself, or changes no table', () => {
    expect(algorithmAttempts('ALTER TABLE posts ADD a INT, ALGORITHM=COPY')).toEqual([]);
    expect(algorithmAttempts('CREATE TABLE t (a INT)')).toEqual([]);
    expect(algorithmAttempts('UPDATE t SET a = 1')).toEqual([]);
    expect(algorithmAttempts("ALTER TABLE posts COMMENT 'ALGORITHM'")).toHaveLength(4);
  });
});

describe('the answer of the server', () => {
  it('is refused when writes wait for a large table', () => {
    expect(algorithmRemarks(answer('COPY', 12 * GIGABYTE))).toMatchObject([{ rule: 'copy', line: 3 }]);
    expect(algorithmRemarks(answer('INPLACE', 12 * GIGABYTE))).toMatchObject([{ rule: 'blocks-writes' }]);
  });

  it('is fine when nobody waits, the table is small or its size unknown', () => {
    expect(algorithmRemarks(answer('INSTANT', 12 * GIGABYTE))).toEqual([]);
    expect(algorithmRemarks(answer('INPLACE, LOCK=NONE', 12 * GIGABYTE))).toEqual([]);
    expect(algorithmRemarks(answer('COPY', 1024))).toEqual([]);
    expect(algorithmRemarks(answer('COPY'))).toEqual([]);
    expect(algorithmRemarks(answer(undefined, 12 * GIGABYTE))).toEqual([]);
  });

  it('is told with the amount', () => {
    expect(renderAnswer(answer('COPY', 12 * GIGABYTE))).toBe(
      'posts: COPY of 12.0 GB (about 5000 rows): the table is copied, writes wait until it is done',
    );
    expect(renderAnswer(answer('INSTANT'))).toBe('posts: INSTANT: only the definition changes');
    expect(renderAnswer(answer('INSTANT', 0))).toContain('of 0 B');
    expect(renderAnswer(answer(undefined))).toContain('does not tell');
  });
});
