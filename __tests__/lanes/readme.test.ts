import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessShell, type Command, type Result } from '../../scripts/adapters/shell';
import { DATABASE_LANES } from '../support/database-servers';
import { words } from '../support/emulated-stage';
import { requireParts } from '../support/lane';

/**
 * A newcomer's first hour: every command of the README, in its order, typed into this checkout. Those that would change a real
 * account go to the emulated AWS that the rehearsal leaves running.
 */
const lane = requireParts([
  { program: 'python3', install: 'apt-get install python3 python3-venv' },
  { program: 'terraform', or: 'tofu', install: 'https://developer.hashicorp.com/terraform/install' },
]);

const ROOT = path.join(__dirname, '..', '..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const MINUTE = 60_000;

/** Commands that `.ci/run` types on a bare machine, before and around these tests. */
const TYPED_BY_CI = ['npm ci', 'npm test'];
const REHEARSE = 'npm run rehearse';

/** The others, with the exit code that they have on an emulated AWS and what has to be added where nobody can answer. */
const ON_EMULATED_AWS: readonly (readonly [command: string, exitCode: number, added?: string])[] = [
  ['npx cdktf diff prod --skip-provider-lock', 0],
  ['npx slipway plan prod', 0],
  ['npx slipway drift prod', 0],
  // The account is in the sandbox: there is something to do.
  ['npx slipway mail status prod', 10],
  ['npx slipway doctor prod', 2],
  ['npx slipway bootstrap', 0],
  ['npx cdktf deploy account prod', 0, '--skip-provider-lock'],
  ['npx slipway mail verify prod', 0],
  [
    'npx slipway mail request-production prod --website https://example.org --use-case "order confirmations"',
    0,
    '--yes',
  ],
];

/** Typed on a server of the database lab, after pasting what the first one prints. */
const ON_A_DATABASE = [
  'npx slipway migrate lab',
  'npx slipway migrate up',
  'npx slipway migrate status',
  'npx slipway migrate lab --end',
];

function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block);
  return blocks.flatMap(block => block.split('\n').map(line => line.trim())).filter(line => line !== '');
}

/** Splits a line as a shell does that knows nothing but double quotes. */
function argumentsOf(line: string): Command {
  const [program = '', ...rest] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  return [program, ...rest];
}

function type(line: string, env: NodeJS.ProcessEnv, onLine?: (line: string) => void): Promise<Result> {
  const shell = new ProcessShell({ env });
  return shell.run(argumentsOf(line), { cwd: ROOT, write: true, ...(onLine && { onLine }) });
}

/** The environment that a person has after pasting what the rehearsal has printed. */
function pasted(output: string): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const [, name = '', value] of output.matchAll(/^ {2}(?:export|unset) (\w+)(?:='(.*)')?$/gm)) env[name] = value;
  return env;
}

/** What differs from run to run: times, ports, folders, versions of what is installed. */
function lasting(text: string): string[] {
  return text
    .split('\n')
    .map(line =>
      line
        .replace(/\s+\d+ s\b/g, ' N s')
        .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
        .replace(/(prepare the tools\s+N s).*/, '$1')
        .replace(/\bns-\d+\.awsdns-\d+\.[\w.]+/g, 'NS')
        .trim(),
    )
    .filter(line => line !== '');
}

let rehearsal: Result = { code: 0, stdout: '', stderr: '' };
let env: NodeJS.ProcessEnv;

afterAll(() => {
  const pid = /^To end it: kill (\d+)$/m.exec(rehearsal.stdout)?.[1];
  if (pid) process.kill(Number(pid));
});

test('every command of the README is one that is typed here or by CI', () => {
  const known = [...TYPED_BY_CI, REHEARSE, ...ON_A_DATABASE, ...ON_EMULATED_AWS.map(([command]) => command)];
  expect(commandsOf(README)).toEqual(expect.arrayContaining(known));
  expect(commandsOf(README).filter(command => !known.includes(command))).toEqual([]);
  const typedByCi = readFileSync(path.join(ROOT, '.ci', 'run'), 'utf8').split('\n');
  for (const command of TYPED_BY_CI) expect(typedByCi).toContain(command);
});

lane.test(
  `${REHEARSE} tells the story that the README shows`,
  async () => {
    rehearsal = await type(`${REHEARSE} -- --keep`, process.env);
    expect(words(rehearsal)).toContain('exit code 0');
    env = pasted(rehearsal.stdout);
    const shown = /<!-- rehearsal -->\n```\n([\s\S]*?)```/.exec(README)?.[1] ?? '';
    expect(lasting(rehearsal.stdout)).toEqual(expect.arrayContaining(lasting(shown)));
    expect(lasting(shown).length).toBeGreaterThan(10);
  },
  15 * MINUTE,
);

lane.test.each(ON_EMULATED_AWS)(
  '%s',
  async (command, exitCode, added = '') => {
    expect(words(await type(`${command} ${added}`, env))).toContain(`exit code ${exitCode}\n`);
  },
  5 * MINUTE,
);

describe('the migrations', () => {
  const database = DATABASE_LANES[0]!;
  const [lab = '', up = '', status = '', end = ''] = ON_A_DATABASE;
  const shown = (name: string) => {
    const block = new RegExp(`<!-- ${name} -->\\n\`\`\`\\n([\\s\\S]*?)\`\`\``).exec(README)?.[1] ?? '';
    return withoutTimes(block);
  };
  const withoutTimes = (text: string) =>
    text
      .replace(/\d+\.\d+ s/g, 'N s')
      .trim()
      .split('\n');

  database.test(
    'are applied by what the README says, and a failure says what it shows',
    async () => {
      const started = await type(lab, process.env);
      expect(words(started)).toContain('exit code 0\n');
      const onServer = pasted(started.stdout);
      const copy = mkdtempSync(path.join(tmpdir(), 'slipway-readme-'));
      try {
        const applied = await type(up, onServer);
        expect(withoutTimes(`${applied.stderr}${applied.stdout}`)).toEqual(shown('migrate up'));
        expect((await type(status, onServer)).stdout).toContain('the database is at 8, 0 pending');

        const folder = path.join(copy, 'migrations');
        cpSync(path.join(ROOT, 'migrations'), folder, { recursive: true });
        const wrong =
          'ALTER TABLE engine4_users ADD COLUMN birthday DATE NULL;\n' +
          'ALTER TABLE engine4_user ADD INDEX by_birthday (birthday);\n';
        writeFileSync(path.join(folder, '(9) add birthday.sql'), wrong);
        const back = 'ALTER TABLE engine4_users DROP COLUMN birthday;\n';
        writeFileSync(path.join(folder, '(9) add birthday.rollback.sql'), back);
        const failed = await type(up, { ...onServer, SLIPWAY_ROOT: copy });
        expect(words(failed)).toContain('exit code 8\n');
        expect(withoutTimes(failed.stderr)).toEqual(shown('migrate failure'));
      } finally {
        rmSync(copy, { recursive: true });
        expect((await type(end, onServer)).stdout).toContain('the server and its data are gone');
      }
    },
    5 * MINUTE,
  );
});

lane.test(
  'Ctrl-C ends a rehearsal and takes everything with it',
  async () => {
    const interruption = new AbortController();
    let url = '';
    const shell = new ProcessShell({ env: process.env });
    const result = await shell.run(['node', 'scripts/slipway.cjs', 'rehearse'], {
      cwd: ROOT,
      write: true,
      signal: interruption.signal,
      onLine: line => {
        url ||= /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
        if (line.includes('cdktf deploy')) interruption.abort();
      },
    });
    expect(result.code).toBe(2);
    expect(result.stderr.trim().split('\n').at(-1)).toBe(
      'slipway: interrupted; the emulated AWS and all of it is gone again',
    );
    await expect(fetch(url)).rejects.toThrow();
  },
  5 * MINUTE,
);

test('what the README points to exists', () => {
  const links = [...README.matchAll(/\]\(([^)#]+)\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !target.includes(':'));
  expect(links.filter(target => !existsSync(path.join(ROOT, target)))).toEqual([]);
  expect(links.length).toBeGreaterThan(5);
});
