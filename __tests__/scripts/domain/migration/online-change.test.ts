import { parseDirectives } from '../../../../scripts/domain/migration/directives';
import { leftovers, onlineChange, onlineCommand } from '../../../../scripts/domain/migration/online-change';

const place = { host: 'db', port: 3306, schema: 'shop', defaultsFile: '/f' };

test.each([
  ['ALTER TABLE users ADD x INT', 'users', 'ADD x INT'],
  ['ALTER TABLE `a b`\n  ADD x INT', 'a b', 'ADD x INT'],
  ["alter table users MODIFY a VARCHAR(5) DEFAULT 'a; b'", 'users', "MODIFY a VARCHAR(5) DEFAULT 'a; b'"],
])('%s is taken apart', (sql, table, alter) => {
  expect(onlineChange('pt-osc', sql)).toEqual({ tool: 'pt-osc', table, alter });
});

test.each([
  'CREATE TABLE users (id INT)',
  'ALTER TABLE shop.users ADD x INT',
  'ALTER TABLE IF EXISTS users ADD x INT',
  'ALTER TABLE users',
])('%s is no change for a tool', sql => expect(onlineChange('gh-ost', sql)).toBeUndefined());

test('the password is in a file, and a change is one argument', () => {
  const pt = onlineCommand({ tool: 'pt-osc', table: 'users', alter: 'ADD x INT, ADD y INT' }, place);
  expect(pt[0]).toBe('pt-online-schema-change');
  expect(pt.slice(-3)).toEqual(['--alter', 'ADD x INT, ADD y INT', 'F=/f,h=db,P=3306,D=shop,t=users']);
  const ghost = onlineCommand({ tool: 'gh-ost', table: 'users', alter: 'ADD x INT' }, place);
  expect(ghost).toEqual(expect.arrayContaining(['gh-ost', '--conf=/f', '--alter=ADD x INT']));
});

test('only what belongs to the tables in question is left over', () => {
  const tables = ['_users_gho', '_users_ghc', '_users_old', '_posts_new', '_users', 'users'];
  const triggers = [
    { name: 'pt_osc_shop_users_ins', table: 'users' },
    { name: 'users_log', table: 'users' },
    { name: 'pt_osc_shop_posts_ins', table: 'posts' },
  ];
  expect(leftovers(['users'], tables, triggers)).toEqual([
    'DROP TRIGGER `pt_osc_shop_users_ins`',
    'DROP TABLE `_users_gho`',
    'DROP TABLE `_users_ghc`',
    'DROP TABLE `_users_old`',
  ]);
});

test('fails when a directive names another tool', () => {
  expect(() => parseDirectives('-- online: lhm\n', '(1) a.sql')).toThrow(
    '(1) a.sql:1: -- online: allowed is pt-osc or gh-ost',
  );
  expect(parseDirectives('-- online: gh-ost\n', '(1) a.sql').online).toBe('gh-ost');
});
