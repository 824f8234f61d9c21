import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createProgram } from '../../../../scripts/cli';
import { ExitCode } from '../../../../scripts/domain/exit-code';
import { SlipwayError } from '../../../../scripts/domain/slipway-error';
import { recordingContext } from '../../../support/recording-context';

/** What is typed after `slipway migrate`, without a server: how it ends, the line for people and the object for programs. */
interface Typed {
  readonly code: ExitCode | undefined;
  readonly message: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly printed: readonly string[];
  readonly logged: readonly string[];
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slipway-migrate-'));
  mkdirSync(path.join(root, 'migrations'));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(path.join(root, 'migrations', name), text);
const pair = (n: number, up = 'SELECT 1;\n', down = 'SELECT 1;\n') => {
  write(`(${n}) step.sql`, up);
  write(`(${n}) step.rollback.sql`, down);
};
/** Nobody listens there. */
const NOWHERE = 'mysql://root@127.0.0.1:1/shop';

async function type(
  words: readonly string[],
  overrides: { env?: NodeJS.ProcessEnv; dryRun?: boolean } = {},
): Promise<Typed> {
  const context = recordingContext({ root, ...overrides });
  let code: ExitCode | undefined;
  const program = createProgram(async action => {
    code = await action(context);
  });
  try {
    await program.parseAsync(['node', 'slipway', 'migrate', ...words]);
  } catch (error) {
    if (error instanceof SlipwayError) code = error.exitCode;
    const { message } = error as Error;
    return { code, message, object: context.objects.at(-1) ?? {}, printed: context.printed, logged: context.logged };
  }
  return { code, message: '', object: context.objects.at(-1) ?? {}, printed: context.printed, logged: context.logged };
}

const ON_A_DATABASE = [
  ['status'],
  ['plan'],
  ['up'],
  ['down', '--to', '0'],
  ['baseline', '1'],
  ['resolve', '1', '--done'],
  ['repair', '--accept-edit', '1', '--reason', 'x'],
  ['snapshot'],
];

describe.each([...ON_A_DATABASE, ['verify'], ['lint'], ['run', '--', 'true']])('migrate %s', (...words) => {
  beforeEach(() => pair(1));

  test('ends with 2 when no database is named, and says how one is', async () => {
    const { code, message, object } = await type(words);
    expect(code).toBe(ExitCode.Usage);
    expect(message).toBe('no database is named; add --url mysql://user@host:3306/schema, or set SLIPWAY_DATABASE_URL');
    expect(object).toMatchObject({ ok: false, code: 'usage', exit: 2, applied: [] });
  });

  test('ends with 2 for a password where everybody can read it, without repeating it', async () => {
    const url = 'mysql://root:geheim@127.0.0.1:1/shop';
    const { code, message } = await type([words[0]!, '--url', url, ...words.slice(1)]);
    expect(code).toBe(ExitCode.Usage);
    expect(message).toContain('put it into MYSQL_PWD');
    expect(message).not.toContain('geheim');
  });

  test('ends with 2 when the server does not answer, naming it without its password', async () => {
    const env = { SLIPWAY_DATABASE_URL: 'mysql://root:geheim@127.0.0.1:1/shop' };
    const { code, message, object } = await type(words, { env });
    expect(code).toBe(ExitCode.Usage);
    expect(message).toMatch(
      /^cannot connect to root@127\.0\.0\.1:1\/\w+: .*; is it the right URL, and is the server up\?$/,
    );
    expect(object).toMatchObject({ ok: false, code: 'connection', exit: 2 });
    expect(JSON.stringify(object)).not.toContain('geheim');
  });
});

describe.each(ON_A_DATABASE)('migrate %s', (...words) => {
  test('ends with 2 for an environment that there is not, or beside a URL', async () => {
    pair(1);
    const [verb, ...rest] = words;
    // The environment is the last of the words without a dash; options follow.
    const operands = verb === 'baseline' || verb === 'resolve' ? [rest[0]!] : [];
    const options = rest.slice(operands.length);
    await expect(type([verb!, ...operands, 'production', ...options])).resolves.toMatchObject({
      message: expect.stringContaining('allowed is one of prod, dev'),
    });
    const both = await type([verb!, ...operands, 'prod', ...options, '--url', NOWHERE]);
    expect(both.message).toBe('both prod and --url name a database; leave one of them out');
  });
});

describe('the files', () => {
  test.each([
    ['a folder that is not there', [], /cannot be read; make it or name another with --folder/],
    ['a gap', [1, 3], /\(2\) is missing/],
  ])('%s ends with 2', async (what, numbers, message) => {
    numbers.forEach(n => pair(n));
    if (what.startsWith('a folder')) rmSync(path.join(root, 'migrations'), { recursive: true });
    const typed = await type(['check']);
    expect(typed).toMatchObject({ code: ExitCode.Usage, object: { code: 'files', ok: false } });
    expect(typed.message).toMatch(message);
  });

  test('a missing rollback and a statement that is not allowed are named with file and line', async () => {
    write('(1) step.sql', 'SELECT 1;\nUSE other;\n');
    expect((await type(['check'])).message).toContain('(1) step.sql has no rollback; write "(1) step.rollback.sql"');
    write('(1) step.rollback.sql', 'SELECT 1;\n');
    expect((await type(['check'])).message).toMatch(/^\(1\) step\.sql:2: USE is not allowed/);
  });

  test('an online change must be the one statement of its file, and no rollback', async () => {
    pair(1, '-- online: pt-osc\nALTER TABLE a ADD b INT;\nSELECT 1;\n');
    expect((await type(['check'])).message).toMatch(/^\(1\) step\.sql:1: -- online: allowed is one ALTER TABLE/);
    pair(1, 'SELECT 1;\n', '-- online: gh-ost\nALTER TABLE a ADD b INT;\n');
    expect((await type(['check'])).message).toMatch(/^\(1\) step\.rollback\.sql:1: -- online/);
    pair(1, '-- online: pt-osc\nALTER TABLE a ADD b INT;\n');
    expect(await type(['check'])).toMatchObject({ code: ExitCode.Done });
  });

  test('check counts the pairs, for people and for programs', async () => {
    pair(1);
    pair(2);
    const { code, printed, object } = await type(['check']);
    expect(code).toBe(ExitCode.Done);
    expect(printed).toEqual(['2 migrations, each with its rollback; every statement can be split and is allowed']);
    expect(object).toEqual({ ok: true, code: 'done', exit: 0, applied: [], migrations: 2 });
  });
});

describe('new', () => {
  test('writes a pair with the next number, and nothing with --dry-run', async () => {
    pair(1);
    const dry = await type(['new', 'add locale'], { dryRun: true });
    expect(dry).toMatchObject({
      code: ExitCode.Done,
      object: { files: ['(2) add locale.sql', '(2) add locale.rollback.sql'] },
    });
    expect(readdirSync(path.join(root, 'migrations'))).toHaveLength(2);
    await type(['new', 'add locale']);
    expect(readFileSync(path.join(root, 'migrations', '(2) add locale.sql'), 'utf8')).toMatch(/^-- phase: expand\n/);
  });

  test('ends with 2 for a name that would be no file of a migration', async () => {
    expect(await type(['new', 'Add Locale'])).toMatchObject({ code: ExitCode.Usage, object: { code: 'files' } });
    expect(readdirSync(path.join(root, 'migrations'))).toEqual([]);
  });
});

describe('words that are not understood', () => {
  test.each([
    [['up', '--to', 'three'], 'Allowed is a number'],
    [['down'], "required option '--to <number>' not specified"],
    [['resolve', '1', '--done', '--undone', '--url', NOWHERE], 'say one of --done, --not-done, --applied and --undone'],
    [['resolve', '1', '--url', NOWHERE], 'say one of'],
    [['run'], "missing required argument 'command'"],
    [['upp'], 'Did you mean up?'],
  ])('%j', async (words, message) => {
    expect((await type(words)).message).toContain(message);
  });
});

test('a dry run of a framework names the command and starts nothing', async () => {
  const { code, logged, object } = await type(['run', '--url', NOWHERE, '--', 'php', 'artisan', 'migrate', '--force'], {
    dryRun: true,
  });
  expect(code).toBe(ExitCode.Done);
  expect(logged).toEqual(['would run: php artisan migrate --force']);
  expect(object).toMatchObject({ command: ['php', 'artisan', 'migrate', '--force'] });
});
