import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bigFile, manyMigrations } from '../../../../scripts/bench/migrations/workload';

describe('workloads of the benchmark', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('give every tool the same statements, and the pipe a history as well', () => {
    const { pairs, plain, dbmate, pipe, rows } = manyMigrations(folder, 12);
    expect(rows).toBe(12);
    expect(readdirSync(pairs)).toHaveLength(24);
    const up = readFileSync(path.join(pairs, '(12) bench_00012.sql'), 'utf8');
    expect(up).toMatch(/^CREATE TABLE bench_00012 .*;\nINSERT INTO bench_00012 .*;\n$/);
    expect(readFileSync(path.join(pairs, '(12) bench_00012.rollback.sql'), 'utf8')).toBe('DROP TABLE bench_00012;\n');
    expect(readFileSync(path.join(plain, '00000000000012_bench_00012.sql'), 'utf8')).toBe(up);
    const forDbmate = readFileSync(path.join(dbmate, '00000000000012_bench_00012.sql'), 'utf8');
    expect(forDbmate).toBe(`-- migrate:up\n${up}\n-- migrate:down\nDROP TABLE bench_00012;\n`);
    const piped = readFileSync(pipe, 'utf8');
    expect(piped).toContain(up);
    expect(piped.match(/INSERT INTO bench_history/g)).toHaveLength(12);
  });

  it('make one file of the size that was asked for', () => {
    const { pairs, plain, rows } = bigFile(folder, 2);
    const file = path.join(pairs, '(1) big.sql');
    expect(statSync(file).size / 1e6).toBeCloseTo(2, 0);
    expect(readFileSync(path.join(plain, '00000000000001_big.sql')).equals(readFileSync(file))).toBe(true);
    const text = readFileSync(file, 'utf8');
    expect(text.match(/\(\d+,'/g)).toHaveLength(rows);
    expect(text).toContain(`(${rows},'`);
  });
});
