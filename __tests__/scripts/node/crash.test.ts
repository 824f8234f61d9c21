import { killEverywhere, NEXT, STORIES } from '../../support/crash-stories';

const MINUTE = 60_000;
const next = Object.keys(NEXT);

/** What may come after each kill takes its turn here; `npm run soak` tries all of it after each. */
test.each(Object.entries(STORIES))(
  '%s may be killed before any of its changes',
  async (name, story) => {
    await killEverywhere(story, kill => next[(kill + name.length) % next.length]!);
  },
  MINUTE,
);
