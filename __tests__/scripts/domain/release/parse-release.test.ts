import { parseRelease } from '../../../../scripts/domain/release/parse-release';
import { maximalRelease, minimalRelease, node } from '../../../support/release-documents';

describe('a release', () => {
  it.each([
    ['minimal', minimalRelease],
    ['all', maximalRelease],
  ])('with %s settings is read as it was written', (_, release) => {
    expect(parseRelease(JSON.stringify(release), node)).toEqual(release);
  });
});
