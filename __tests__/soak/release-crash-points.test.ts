import { killEverywhere, NEXT, STORIES } from '../support/crash-stories';

const MINUTE = 60_000;

describe.each(Object.entries(STORIES))('%s, killed before any of its changes', (_name, story) => {
  test.each(Object.keys(NEXT))(
    'then %s',
    async next => {
      await killEverywhere(story, () => next);
    },
    MINUTE,
  );
});
