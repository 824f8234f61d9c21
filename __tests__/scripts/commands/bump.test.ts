import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bump } from '../../../scripts/commands/bump';
import { ExitCode } from '../../../scripts/domain/exit-code';
import type { Application } from '../../../stacks/environments/application';
import { outcomeOf } from '../../support/outcome';
import { recordingContext } from '../../support/recording-context';

const application: Application = {
  versions: {
    scheme: 'YYYYMM.N',
    files: [
      { file: 'client.json', json: ['version'] },
      { file: 'server.txt', plain: true },
    ],
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-bump-'));
  writeFileSync(path.join(folder, 'client.json'), '{"version": "202610.1"}');
  writeFileSync(path.join(folder, 'server.txt'), '202610.2\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = (file: string) => readFileSync(path.join(folder, file), 'utf8');

async function run(options: { version?: string; check?: boolean }, dryRun = false, using = application) {
  const context = recordingContext({ root: folder, dryRun });
  return { ...(await outcomeOf(bump({ check: false, ...options }, using)(context))), context };
}

test('writes the version everywhere, keeps the modes and leaves nothing beside', async () => {
  chmodSync(path.join(folder, 'server.txt'), 0o755);
  const { code, context } = await run({ version: '202611.1' });
  expect(code).toBe(ExitCode.Done);
  expect([content('client.json'), content('server.txt')]).toEqual(['{"version": "202611.1"}', '202611.1\n']);
  expect(statSync(path.join(folder, 'server.txt')).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder).sort()).toEqual(['client.json', 'server.txt']);
  expect(context.printed).toEqual(['client.json', 'server.txt']);
  expect((await run({ version: '202611.1' })).context.printed).toEqual([]);
});

test('a dry run says which files, and writes none', async () => {
  const { context } = await run({ version: '202611.1' }, true);
  expect(context.logged).toEqual(['would write: client.json', 'would write: server.txt']);
  expect(content('server.txt')).toBe('202610.2\n');
});

test('--check: exit 9 as long as they disagree, and what each says', async () => {
  const { code, context } = await run({ check: true });
  expect(code).toBe(ExitCode.Refused);
  expect(context.printed).toEqual(['202610.1     client.json "version"', '202610.2     server.txt']);
  await run({ version: '202611.1' });
  expect((await run({ check: true })).code).toBe(ExitCode.Done);
  expect((await run({ check: true, version: '202611.2' })).code).toBe(ExitCode.Refused);
});

test.each([
  ['not a version', { version: '1.0' }, application, 'allowed is YYYYMM.N'],
  ['no version', {}, application, 'slipway bump <version>'],
  [
    'a file that is not there',
    { version: '202611.1' },
    { versions: { scheme: 'YYYYMM.N', files: [{ file: 'gone.txt', plain: true }] } } satisfies Application,
    'gone.txt cannot be read',
  ],
])('refuses: %s', async (_what, options, using, expected) => {
  const { code, message } = await run(options, false, using);
  expect(code).toBe(ExitCode.Usage);
  expect(message).toContain(expected);
  expect(content('server.txt')).toBe('202610.2\n');
});

test('nothing to bump is no failure', async () => {
  const { code, context } = await run({ version: '202611.1' }, false, { versions: { scheme: 'YYYYMM.N' } });
  expect([code, context.logged]).toEqual([ExitCode.Done, ['no file is configured']]);
});
