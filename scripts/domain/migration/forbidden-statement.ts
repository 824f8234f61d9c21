import { MigrationError } from './migration-error';
import { type SqlToken, sqlTokens } from './sql-tokens';
import { changedBy, classify, HEAD_TOKENS, type StatementClass } from './statement-class';
import type { SqlStatement } from './statement-splitter';

/** Statements that take the run out of the runner's hands, by their first words. */
const FORBIDDEN: readonly (readonly [words: string, why: string])[] = [
  ['USE', 'the schema is chosen by the URL'],
  ['START TRANSACTION', 'the runner opens and ends transactions'],
  ['BEGIN', 'the runner opens and ends transactions'],
  ['COMMIT', 'the runner opens and ends transactions'],
  ['ROLLBACK', 'the runner opens and ends transactions'],
  ['SAVEPOINT', 'the runner opens and ends transactions'],
  ['XA', 'the runner opens and ends transactions'],
  ['SET AUTOCOMMIT', 'the runner opens and ends transactions'],
  ['SET GLOBAL', 'it changes the server, not the schema'],
  ['SET PERSIST', 'it changes the server, not the schema'],
  ['SET PASSWORD', 'it changes the server, not the schema'],
  ['LOCK', 'it ends the transaction, and the journal could not be written'],
  ['UNLOCK', 'it ends the transaction'],
  ['KILL', 'it ends sessions of others'],
  ['LOAD DATA LOCAL', 'the file is on no server'],
  ['SOURCE', 'it is a command of the client'],
  ['CREATE OR REPLACE TABLE', 'only MariaDB has it; drop and create the table'],
  ['CREATE TEMPORARY', 'it is gone when a run is taken up again; use a table and drop it'],
  ['CREATE DATABASE', 'a migration stays in its schema'],
  ['CREATE SCHEMA', 'a migration stays in its schema'],
  ['DROP DATABASE', 'a migration stays in its schema'],
  ['DROP SCHEMA', 'a migration stays in its schema'],
];

/** Settings under which the statements would be split, run or kept in another way. */
const FIXED_SETTING = /^(@@)?((SESSION|LOCAL)\.)?(AUTOCOMMIT|SQL_MODE|LOCK_WAIT_TIMEOUT|WAIT_TIMEOUT|COMPLETION_TYPE)$/;
const LOCK_FUNCTIONS = /\b(GET_LOCK|RELEASE_LOCK|RELEASE_ALL_LOCKS)\b/i;
const NAME_FOLLOWS = new Set(['JOIN', 'REFERENCES']);
const READABLE_SCHEMAS = new Set(['information_schema']);

/** @returns what it is; @throws MigrationError with file and line when a migration may not hold this statement */
export function assertAllowed(statement: SqlStatement, file: string): StatementClass {
  const tokens = sqlTokens(statement.text, HEAD_TOKENS);
  const refuse = (what: string, why: string, token?: SqlToken) => {
    const line = statement.line + (statement.text.slice(0, token?.offset ?? 0).match(/\n/g)?.length ?? 0);
    throw new MigrationError('files', `${file}:${line}: ${what} is not allowed in a migration: ${why}`, {
      next: 'slipway migrate check',
    });
  };
  const head = tokens
    .slice(0, 4)
    .map(token => token.text.toUpperCase())
    .join(' ');
  for (const [words, why] of FORBIDDEN) if (`${head} `.startsWith(`${words} `)) refuse(words, why, tokens[0]);
  if (tokens[0]?.text === 'SET') assertSettings(tokens, refuse);
  if (LOCK_FUNCTIONS.test(statement.text)) {
    const lock = sqlTokens(statement.text).find(token => token.kind === 'word' && LOCK_FUNCTIONS.test(token.text));
    if (lock) refuse(lock.text, 'locks hold the run together', lock);
  }
  const what = classify(statement.text, tokens);
  assertOwnSchema(what, tokens, refuse);
  assertDefinition(tokens, refuse);
  return what;
}

type Refuse = (what: string, why: string, token?: SqlToken) => void;

function assertSettings(tokens: readonly SqlToken[], refuse: Refuse): void {
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'word' && (token.text === 'GLOBAL' || token.text === 'PERSIST')) {
      refuse(`SET ${token.text}`, 'it changes the server, not the schema', token);
    }
    const assigned = ['=', ':='].includes(tokens[index + 1]?.text ?? '');
    if (assigned && FIXED_SETTING.test(token.text)) refuse(`SET ${token.text}`, 'the runner sets it', token);
    if (assigned && /^@@(GLOBAL|PERSIST(_ONLY)?)\./.test(token.text)) {
      refuse(`SET ${token.text}`, 'it changes the server, not the schema', token);
    }
  }
}

/** What a migration changes is looked at after a crash, which it can only be in its own schema. */
function assertOwnSchema(what: StatementClass, tokens: readonly SqlToken[], refuse: Refuse): void {
  const why = 'a migration stays in its own schema; leave the schema out';
  for (const { schema, name } of changedBy(what)) if (schema !== undefined) refuse(`${schema}.${name}`, why, tokens[0]);
  for (const [index, token] of tokens.entries()) {
    const [name, dot, after] = tokens.slice(index + 1, index + 4);
    if (token.kind !== 'word' || !NAME_FOLLOWS.has(token.text) || dot?.text !== '.' || !name || !after) continue;
    if (!READABLE_SCHEMAS.has(name.raw.toLowerCase())) refuse(`${name.raw}.${after.raw}`, why, name);
  }
}

function assertDefinition(tokens: readonly SqlToken[], refuse: Refuse): void {
  const definition = ['CREATE', 'ALTER', 'DROP'].includes(tokens[0]?.text ?? '');
  if (!definition) return;
  const definer = tokens.findIndex((token, index) => token.text === 'DEFINER' && tokens[index + 1]?.text === '=');
  if (definer !== -1 && tokens[definer + 2]?.text !== 'CURRENT_USER') {
    refuse('DEFINER', 'that user may be missing elsewhere; leave it out', tokens[definer]);
  }
  const engine = tokens.findIndex(token => token.text === 'ENGINE');
  const name = tokens[engine + (tokens[engine + 1]?.text === '=' ? 2 : 1)];
  if (engine !== -1 && tokens[1]?.text === 'TABLE' && name && name.raw.toLowerCase() !== 'innodb') {
    refuse(`ENGINE ${name.raw}`, 'only InnoDB survives a crash in a known state', tokens[engine]);
  }
  if (tokens[0]?.text === 'DROP' && tokens[1]?.text === 'TABLE' && tokens.some(token => token.text === ',')) {
    refuse(
      'DROP TABLE of several tables',
      'MariaDB drops the first when the second fails; one statement each',
      tokens[0],
    );
  }
}
