import type { Column, Table } from '../../../../scripts/domain/migration/fingerprint-schema';
import { changeRemarks, type SchemaChange } from '../../../../scripts/domain/migration/lint-change';
import { column, schema, table } from '../../../support/schema-model';

const id = column('id', 'int', { extra: 'auto_increment' });
const name = column('name', 'varchar(50)', { nullable: true });
const users = table('users', [id, name]);

function rules(before: readonly Table[], after: readonly Table[], rest: Partial<SchemaChange> = {}): string[] {
  const change = { line: 4, before: schema(before), after: schema(after), released: schema(before) };
  return changeRemarks({ ...change, phase: 'expand', foreignKeyChecks: true, ...rest }).map(({ rule }) => rule);
}

const withColumns = (...columns: Column[]): Table => ({ ...users, columns });

describe('what a statement does to the running release', () => {
  it('is nothing when it adds what may be left out', () => {
    expect(rules([users], [withColumns(id, name, column('age', 'int', { nullable: true }))])).toEqual([]);
    expect(rules([users], [withColumns(id, name, column('age', 'int', { default: '0' }))])).toEqual([]);
    expect(rules([users], [users, table('posts', [id])])).toEqual([]);
  });

  it('breaks inserts by a column that must be given', () => {
    expect(rules([users], [withColumns(id, name, column('age'))])).toEqual(['not-null-without-default']);
    expect(rules([users], [withColumns(id, { ...name, nullable: false })])).toEqual(['not-null-without-default']);
  });

  it('is nothing when a column was needed before', () => {
    const needed = withColumns(id, column('name', 'varchar(50)'));
    expect(rules([needed], [withColumns(id, column('name', 'varchar(60)'))])).toEqual([]);
  });

  it('breaks reads by what it drops or renames', () => {
    expect(rules([users], [withColumns(id)])).toEqual(['removes-in-expand']);
    expect(rules([users], [withColumns(id, { ...name, name: 'title' })])).toEqual(['removes-in-expand']);
    expect(rules([users], [])).toEqual(['removes-in-expand']);
    expect(rules([users], [{ ...users, name: 'people' }])).toEqual(['removes-in-expand']);
  });

  it('breaks writes by what it narrows', () => {
    const state = column('state', "enum('a','b')", { default: 'a' });
    expect(rules([withColumns(id, state)], [withColumns(id, { ...state, type: "enum('a','c')" })])).toEqual([
      'narrows-in-expand',
    ]);
    expect(rules([users], [withColumns(id, { ...name, type: 'varchar(40)' })])).toEqual(['narrows-in-expand']);
    expect(rules([users], [withColumns(id, { ...name, nullable: false, default: 'x' })])).toEqual([
      'narrows-in-expand',
    ]);
    expect(rules([users], [withColumns(id, { ...name, type: 'varchar(60)' })])).toEqual([]);
  });

  it('may do all that in a contract step', () => {
    expect(rules([users], [withColumns(id)], { phase: 'contract' })).toEqual([]);
    expect(rules([users], [withColumns(id, column('name', 'varchar(40)'))], { phase: 'contract' })).toEqual([]);
  });

  it('may do all that to what no release knows', () => {
    expect(rules([users], [withColumns(id)], { released: schema([]) })).toEqual([]);
    expect(rules([users], [withColumns(id)], { released: schema([withColumns(id)]) })).toEqual([]);
  });

  it('is a table without a primary key, in every phase', () => {
    const bare = table('log', [column('a')], { indexes: [] });
    expect(rules([], [bare])).toEqual(['no-primary-key']);
    expect(rules([], [bare], { phase: 'contract' })).toEqual(['no-primary-key']);
    expect(rules([bare], [{ ...bare, name: 'logs' }], { phase: 'contract' })).toEqual([]);
  });

  it('is a foreign key of a table with rows, while the server checks them', () => {
    const key = {
      name: 'f',
      columns: ['id'],
      table: 'users',
      references: ['id'],
      onDelete: 'CASCADE',
      onUpdate: 'CASCADE',
    };
    const linked = { ...users, foreignKeys: [key] };
    expect(rules([users], [linked])).toEqual(['foreign-key-with-checks']);
    expect(rules([users], [linked], { foreignKeyChecks: false })).toEqual([]);
    expect(rules([], [linked])).toEqual([]);
    expect(rules([linked], [linked])).toEqual([]);
  });
});
