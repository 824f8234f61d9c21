import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Git } from '../../../../scripts/adapters/git';
import { withSchema } from '../../../../scripts/commands/deploy/schema-port';
import { commit } from '../../../support/deploy-world';
import { type Answer, fakeContext } from '../../../support/fake-project';
import { outcomeOf } from '../../../support/outcome';

const schemaOf = (answer: Answer, requireReport: readonly string[] = ['prod']) => {
  const context = fakeContext({ answer });
  const git = new Git(context.shell, '/shop', 'origin');
  const options = { environment: 'prod', settings: { folder: 'db/changes', requireReport } };
  return { context, git, options };
};

/** The folder that a run has unpacked into. */
const topOf = (commands: readonly string[]) =>
  /--output=(\S+)\/archive\.tar /.exec(commands.join('\n'))?.[1] ?? 'no folder';

describe('the migrations of a commit', () => {
  test('are those that the commit has, and are gone afterwards', async () => {
    const { context, git, options } = schemaOf(() => undefined);
    const top = await withSchema(context, git, options, commit('b'), async () => {
      const found = topOf(context.shell.commands);
      expect(existsSync(join(found, 'db/changes'))).toBe(true);
      return found;
    });
    expect(context.shell.commands).toEqual([
      `git archive --output=${top}/archive.tar ${commit('b')} -- db/changes`,
      `tar -xf ${top}/archive.tar -C ${top}`,
    ]);
    expect(existsSync(top)).toBe(false);
  });

  test.each<[string, Answer, RegExp]>([
    [
      'Git',
      ([, verb]) => (verb === 'archive' ? { code: 128, stderr: "fatal: pathspec 'db' did not match\n" } : undefined),
      /^git archive failed in \/shop: pathspec 'db' did not match$/,
    ],
    [
      'tar',
      ([program]) => (program === 'tar' ? { code: 2, stderr: 'tar: broken\n' } : undefined),
      /^the migrations of b{40} cannot be unpacked: tar: broken$/,
    ],
  ])('that cannot be had end it: %s', async (_what, answer, message) => {
    const { context, git, options } = schemaOf(answer);
    const work = jest.fn(() => Promise.resolve(0 as const));
    const ended = await outcomeOf(withSchema(context, git, options, commit('b'), work));
    expect(ended).toEqual({ code: 2, message: expect.stringMatching(message) as string });
    expect([work.mock.calls, existsSync(topOf(context.shell.commands))]).toEqual([[], false]);
    expect(topOf(context.shell.commands)).not.toBe('no folder');
  });

  test('are applied only with the report of a clone, where the data wants it', async () => {
    const { context, git, options } = schemaOf(() => undefined);
    const ended = outcomeOf(
      withSchema(context, git, options, commit('b'), async ({ up }) => up(3, '202611.3').then(() => 0 as const)),
    );
    expect(await ended).toEqual({
      code: 9,
      message:
        'prod takes no migration that was not run on a clone; run it there with slipway migrate up --report report.json, and add --report report.json',
    });
  });
});
