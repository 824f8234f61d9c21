import { abort, resume } from '../../../scripts/commands/release';
import { recordingContext } from '../../support/recording-context';

describe('a release under way', () => {
  it.each([
    ['resume', resume({ yes: true, edit: false })],
    ['abort', abort()],
  ])('%s refuses a dry run before it touches anything', async (command, action) => {
    const refused = expect(action(recordingContext({ dryRun: true }))).rejects;
    await refused.toMatchObject({
      exitCode: 2,
      message: `${command} has no --dry-run: it goes on where a release stopped; leave it out`,
    });
  });
});
