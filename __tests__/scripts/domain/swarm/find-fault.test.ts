import { type Answer, type Expectation, findFault, type Question } from '../../../../scripts/domain/swarm/find-fault';

const HEALTH = '/healthz';
const questions = { path: HEALTH, version: { path: '/version' }, smoke: ['/', '/shop'] };

/** A site with an answer by path; what it does not know gives no answer. */
function site(answers: Readonly<Record<string, Partial<Answer>>>) {
  const asked: Question[] = [];
  const probe = (question: Question): Promise<Answer | undefined> => {
    asked.push(question);
    const answer = answers[question.path];
    return Promise.resolve(answer && { status: 200, headers: {}, body: '', ...answer });
  };
  return { asked, probe };
}

const good = { [HEALTH]: { status: 204 }, '/version': { body: '2\n' }, '/': { status: 302 }, '/shop': {} };

async function fault(answers: Readonly<Record<string, Partial<Answer>>>, more: Partial<Expectation> = {}) {
  const { asked, probe } = site({ ...good, ...answers });
  const found = await findFault(probe, { questions, version: '2', host: 'example.org', ...more });
  return { found, asked: asked.map(({ path }) => path), questions: asked };
}

describe('a round of questions', () => {
  it('asks each once, health first, and finds nothing where all is well', async () => {
    const round = await fault({}, { headers: { cookie: 'canary' } });
    expect(round.found).toBeUndefined();
    expect(round.asked).toEqual([HEALTH, '/version', '/', '/shop']);
    for (const question of round.questions) {
      expect(question).toMatchObject({ host: 'example.org', headers: { cookie: 'canary' } });
    }
  });

  test.each<[string, Readonly<Record<string, Partial<Answer>>>, string, string]>([
    ['unhealthy', { [HEALTH]: { status: 302 } }, '/healthz answers 302', HEALTH],
    ['a version that is moved', { '/version': { status: 301, body: '2' } }, '/version answers 301', '/version'],
    ['another version', { '/version': { body: '1' } }, '/version says version "1", wanted is 2', '/version'],
    ['a broken page', { '/': { status: 404 } }, '/ answers 404', '/'],
    ['a broken page behind it', { '/shop': { status: 500 } }, '/shop answers 500', '/shop'],
  ])('ends with the first fault: %s', async (_what, answers, expected, last) => {
    const round = await fault(answers);
    expect(round.found).toBe(expected);
    expect(round.asked.at(-1)).toBe(last);
  });

  it('takes silence for a fault', async () => {
    const { probe } = site({});
    const expectation = { questions, version: '2', host: 'example.org' };
    expect(await findFault(probe, expectation)).toBe('/healthz gives no answer');
  });

  it.each(['{"version":"2","built":"today"}', '{"version":2}', ' 2 ', '2'])('reads a version from %j', async body => {
    expect((await fault({ '/version': { body } })).found).toBeUndefined();
  });

  it('reads a version from a header of the health path, however it is written', async () => {
    const own = { path: HEALTH, version: { header: 'X-Version' } };
    const answer = (version: string) => ({ [HEALTH]: { headers: { 'x-version': version } } });
    expect((await fault(answer('2'), { questions: own })).found).toBeUndefined();
    expect((await fault(answer('1'), { questions: own })).found).toBe('header X-Version says version "1", wanted is 2');
    expect((await fault({}, { questions: own })).found).toBe('header X-Version says version "", wanted is 2');
  });

  it("asks for no health that is another service's", async () => {
    const { path: _, ...others } = questions;
    expect((await fault({}, { questions: others })).asked).toEqual(['/version', '/', '/shop']);
  });

  it('wants the proof of the new tasks in every answer', async () => {
    const proof = { name: 'x-preview', value: 'blue' };
    const all = Object.keys(good).map(path => [
      path,
      { ...good[path as keyof typeof good], headers: { 'x-preview': 'blue' } },
    ]);
    const proven = Object.fromEntries(all) as Readonly<Record<string, Partial<Answer>>>;
    expect((await fault(proven, { proof })).found).toBeUndefined();
    expect((await fault({ ...proven, '/shop': { headers: { 'x-preview': 'green' } } }, { proof })).found).toBe(
      '/shop was not answered by the new tasks',
    );
  });
});
