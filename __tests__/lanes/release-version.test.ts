import { application } from '../../stacks/environments/application';
import { ProcessShell } from '../../scripts/adapters/shell';
import { versionNext, type VersionNextOptions } from '../../scripts/commands/version';
import { ExitCode } from '../../scripts/domain/exit-code';
import { type Checkout, GitWorld } from '../support/git-world';
import { laneTest } from '../support/lane';
import { outcomeOf } from '../support/outcome';
import { recordingContext } from '../support/recording-context';

const test = laneTest({ program: 'git', install: 'apt-get install git' });

let world: GitWorld;
beforeEach(() => {
  world = new GitWorld();
});
afterEach(() => world.remove());

async function next(checkout: Checkout, options: VersionNextOptions = {}) {
  const context = recordingContext({
    root: checkout.folder,
    shell: new ProcessShell({ env: world.env }),
    now: () => new Date('2026-11-25T12:00:00Z'),
  });
  const outcome = await outcomeOf(versionNext(options, application)(context));
  return { ...outcome, printed: context.printed, objects: context.objects };
}

describe('slipway version next', () => {
  test('asks the remote, also for tags and releases that this checkout has never heard of', async () => {
    const alice = world.clone('alice');
    world.tag('202611.1', '202611.2');
    world.atRemote('branch', 'release/202611.3', 'master');
    const { printed, objects } = await next(alice);
    expect(printed).toEqual(['202611.4']);
    expect(objects).toEqual([{ version: '202611.4', scheme: 'YYYYMM.N' }]);
    expect(alice.git('tag')).toBe('');
  });

  test('counts the hotfixes of a release', async () => {
    world.tag('202611.1', '202611.1b');
    const { objects } = await next(world.clone('alice'), { hotfix: '202611.1' });
    expect(objects).toEqual([{ version: '202611.1c', scheme: 'YYYYMM.N', base: '202611.1b' }]);
  });

  test('knows annotated tags by their commit', async () => {
    const alice = world.clone('alice');
    alice.git('tag', '--annotate', '--message', 'Release', '202611.7');
    alice.git('push', '--quiet', 'origin', '202611.7');
    expect((await next(alice)).printed).toEqual(['202611.8']);
  });

  test('says which remote cannot be read', async () => {
    const alice = world.clone('alice');
    alice.git('remote', 'set-url', 'origin', '/nowhere/at/all.git');
    const { code, message } = await next(alice);
    expect(code).toBe(ExitCode.Usage);
    expect(message).toContain('the Git remote origin of');
    expect(message).toContain("'/nowhere/at/all.git' does not appear to be a git repository");
    expect(message).not.toContain('\n');
  });
});
