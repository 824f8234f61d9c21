import { Steps } from '../../../scripts/rehearsal/steps';
import { recordingContext } from '../../support/recording-context';

function stepsWithClock() {
  const context = recordingContext();
  let seconds = 0;
  const steps = new Steps(context.output, () => new Date(seconds * 1000));
  return { context, steps, pass: (more: number) => (seconds += more) };
}

describe('Steps', () => {
  test('says when each step begins and what it found, with the time since the start', async () => {
    const { context, steps, pass } = stepsWithClock();
    const value = await steps.run('deploy', () => {
      pass(75);
      return Promise.resolve([42, '147 resources']);
    });
    expect(value).toBe(42);
    expect(context.logged).toEqual(['00:00  deploy', '01:15    147 resources']);
  });

  test('ends with a table of steps and the time of all', async () => {
    const { steps, pass } = stepsWithClock();
    const after = (seconds: number, finding: string) => () => {
      pass(seconds);
      return Promise.resolve<[undefined, string]>([undefined, finding]);
    };
    await steps.run('short', after(2, 'made'));
    await steps.run('a longer title', after(61, 'gone'));
    expect(steps.table().split('\n')).toEqual([
      '  short              2 s  made',
      '  a longer title    61 s  gone',
      '  all               63 s',
    ]);
    expect(steps.results()).toEqual([
      { title: 'short', seconds: 2, finding: 'made' },
      { title: 'a longer title', seconds: 61, finding: 'gone' },
    ]);
  });

  test('a step that fails is not in the table', async () => {
    const { steps } = stepsWithClock();
    await expect(steps.run('broken', () => Promise.reject(new Error('why')))).rejects.toThrow('why');
    expect(steps.results()).toEqual([]);
  });
});
