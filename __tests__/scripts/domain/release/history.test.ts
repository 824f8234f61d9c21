import { ExitCode } from '../../../../scripts/domain/exit-code';
import {
  imagesToKeep,
  namedRelease,
  type ReleaseRecord,
  rollbackTarget,
} from '../../../../scripts/domain/release/history';
import { SlipwayError } from '../../../../scripts/domain/slipway-error';

type Story = readonly (readonly [version: string, result?: ReleaseRecord['result'], verb?: ReleaseRecord['verb']])[];

/** Records of a stack, numbered from 1; a version has one image, unless `@` says which. */
function tell(story: Story): ReleaseRecord[] {
  let live: string | null = null;
  return story.map(([text, result = 'done', verb = 'apply'], index) => {
    const [version = '', image = version] = text.split('@');
    const record: ReleaseRecord = {
      ...{ n: index + 1, stack: 'webshop-prod', version, commit: 'c'.repeat(40), by: 'jan', verb, from: live, result },
      ...{ startedAt: '2026-11-03T12:00:00Z', finishedAt: '2026-11-03T12:01:00Z', timings: {}, downtimeMs: 0 },
      ...{ images: { web: `web:${image}`, cache: 'cache:1' }, colours: {}, strategy: 'colours' },
    };
    if (result === 'done') live = version;
    return record;
  });
}

describe('the release to go back to', () => {
  it.each([
    ['is the one before', [['v1'], ['v2']], undefined, 1],
    ['skips what failed', [['v1'], ['v2', 'failed'], ['v3', 'rolled back'], ['v4', 'aborted'], ['v5']], undefined, 1],
    ['skips what was interrupted or broken', [['v1'], ['v2', 'interrupted'], ['v3', 'broken'], ['v4']], undefined, 1],
    ['is before what failed just now', [['v1'], ['v2'], ['v3', 'failed']], undefined, 1],
    ['is not the same release again', [['v1'], ['v2'], ['v2']], undefined, 1],
    ['is not the one that was left by a rollback', [['v1'], ['v2'], ['v1', 'done', 'rollback'], ['v3']], undefined, 3],
    ['is further back after a rollback', [['v1'], ['v2'], ['v3'], ['v2', 'done', 'rollback']], undefined, 1],
    [
      'may have been left once and released again',
      [['v1'], ['v2'], ['v1', 'done', 'rollback'], ['v2'], ['v3']],
      undefined,
      4,
    ],
    ['may have been live on the node before', [['v1'], ['v2'], ['v2', 'done', 'resume']], undefined, 1],
    ['is the named version', [['v1'], ['v2'], ['v3']], 'v1', 1],
    ['is the latest of the named version', [['v1@a'], ['v1@b'], ['v3']], 'v1', 2],
    ['may be one that was left, when it is named', [['v1'], ['v2'], ['v1', 'done', 'rollback']], 'v2', 2],
    ['is the one with the number', [['v1@a'], ['v1@b'], ['v3']], '#1', 1],
  ] as [string, Story, string | undefined, number][])('%s', (_, story, wanted, n) => {
    expect(rollbackTarget(tell(story), wanted).n).toBe(n);
  });

  it.each([
    ['there is no release', [], undefined, 'no release to go back to; there is none yet'],
    ['there is one release', [['v1']], undefined, 'no release to go back to; there is none yet'],
    ['all others failed', [['v1', 'failed'], ['v2']], undefined, 'no release to go back to; there is none yet'],
    ['the version is unknown', [['v1'], ['v2'], ['v3']], 'v9', 'no good release v9; available: v2 (#2), v1 (#1)'],
    ['the version failed', [['v1'], ['v2', 'failed'], ['v3']], 'v2', 'no good release v2; available: v1 (#1)'],
    ['the number failed', [['v1'], ['v2', 'failed'], ['v3']], '#2', 'no good release #2; available: v1 (#1)'],
    ['the number is another', [['v1'], ['v2']], '#02', 'no good release #02'],
    ['the version is live', [['v1'], ['v2']], 'v2', 'v2 is live already; available: v1 (#1)'],
    ['the number is live', [['v1'], ['v2']], '#2', '#2 is live already'],
    [
      'everything was left',
      [['v1'], ['v2'], ['v1', 'done', 'rollback']],
      undefined,
      'no release to go back to; available: v2 (#2)',
    ],
  ] as [string, Story, string | undefined, string][])('fails when %s', (_, story, wanted, message) => {
    let failure: SlipwayError | undefined;
    try {
      rollbackTarget(tell(story), wanted);
    } catch (error) {
      failure = error as SlipwayError;
    }
    expect(failure?.message).toContain(message);
    expect(failure?.exitCode).toBe(ExitCode.Refused);
  });
});

describe('the release of a name', () => {
  it.each([
    ['the newest good one', [['v1'], ['v1', 'failed'], ['v2']], 'v1', 1],
    ['what is live', [['v1'], ['v2']], 'v2', 2],
    ['the one with the number, also when it failed', [['v1'], ['v2', 'failed']], '#2', 2],
  ] as [string, Story, string, number][])('is %s', (_, story, wanted, n) => {
    expect(namedRelease(tell(story), wanted).n).toBe(n);
  });

  it('fails when none of the name was good', () => {
    const find = () => namedRelease(tell([['v1'], ['v2', 'failed']]), 'v2');
    expect(find).toThrow(new SlipwayError('no good release v2; see `releases`', ExitCode.Refused));
  });
});

describe('the images to keep', () => {
  it('are those of the last good releases, each once', () => {
    const story: Story = [['v1'], ['v2'], ['bad', 'failed'], ['v3'], ['v3'], ['v4'], ['v5'], ['v6']];
    expect(imagesToKeep(tell(story))).toEqual(['web:v6', 'cache:1', 'web:v5', 'web:v4', 'web:v3', 'web:v2']);
    expect(imagesToKeep(tell(story), 2)).toEqual(['web:v6', 'cache:1', 'web:v5']);
  });

  it('have what a rollback brought back, and what it left', () => {
    const story: Story = [['v1'], ['v2'], ['v3'], ['v1', 'done', 'rollback']];
    expect(imagesToKeep(tell(story), 2)).toEqual(['web:v1', 'cache:1', 'web:v3']);
  });

  it('are none before the first release', () => {
    expect(imagesToKeep([])).toEqual([]);
  });
});
