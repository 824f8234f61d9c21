import type { Result } from '../../scripts/adapters/shell';
import type { SwarmApplication } from '../../stacks/swarm/application';
import type { Checkout } from '../support/git-world';
import type { Project } from '../support/project';
import { ReleaseStage, STAGE_LANE } from '../support/release-stage';
import { SHOP_SWARM, WEB } from '../support/shop';
import { SWARM_START_MS } from '../support/swarm-lab';

/**
 * The fifth procedure: staging follows the branch, production follows tags that somebody approves. Two services share a socket and
 * restart together; static files and the framework's migrations come from one-off tasks of the new image. Both environments are on
 * one node.
 */
const { test } = STAGE_LANE;
const TEST_MS = 400_000;

const socket = { type: 'volume', source: 'socket', target: '/run/shop' } as const;
const web = { ...WEB, volumes: [socket] };
const write = (what: string) => [
  { service: 'web', command: ['sh', '-c', `echo ${what} && echo ${what} >> /run/shop/${what}`] },
];
const swarm: SwarmApplication = {
  ...SHOP_SWARM,
  services: { web, proxy: web },
  volumes: { socket: { perColour: true } },
  groups: [['web', 'proxy']],
  routes: { proxy: { port: 8080 } },
  hooks: { preSwitch: write('migrate'), postDeploy: write('collectstatic') },
};

let stage: ReleaseStage | undefined;
let anna: Checkout;
let project: Project;

beforeAll(async () => {
  if (STAGE_LANE.missing !== undefined) return;
  const opened = (stage = await ReleaseStage.open());
  anna = opened.git.clone('anna');
  anna.git('switch', '--quiet', 'master');
  project = opened.project(anna, { swarm });
}, SWARM_START_MS);
afterAll(() => stage?.close(), SWARM_START_MS);

/** A commit on master, and what the pipeline types then. */
async function push(content: string): Promise<Result & { readonly commit: string }> {
  const commit = anna.commit('readme.txt', content);
  anna.git('push', '--quiet', 'origin', 'master');
  expect(await project.slipway(`build --commit ${commit}`)).toMatchObject({ code: 0 });
  return { commit, ...(await project.slipway(`deploy dev --commit ${commit} --skip-older --yes`)) };
}

/** A tag, and what the pipeline types before it waits for an approval. */
async function tag(version: string, commit: string): Promise<void> {
  anna.git('tag', version, commit);
  anna.git('push', '--quiet', 'origin', version);
  expect(await project.slipway(`build ${version} --commit ${version}`)).toMatchObject({ code: 0 });
}

const approve = (version: string) => project.slipway(`deploy prod ${version} --yes`);

/** Containers of a stack's tasks, with the moment of their start. */
function tasks(stack: string): Promise<string> {
  return stage!.lab.docker(
    'ps',
    '--filter',
    `label=com.docker.stack.namespace=${stack}`,
    '--format',
    '{{.ID}} {{.Names}}',
  );
}

let commits: string[] = [];

test(
  'staging follows the branch: both services together, the hooks in one-off tasks of the new image, a late pipeline skipped',
  async () => {
    const first = await push('A good shop.\n');
    const second = await push('Another shop.\n');
    expect([first.code, second.code]).toEqual([0, 0]);
    commits = [first.commit, second.commit];
    const order = [
      'start: web+proxy',
      'pre-switch: web: sh -c echo migrate',
      'switch: the public gets',
      'post-deploy: web: sh -c echo collectstatic',
    ];
    const at = order.map(text => second.stderr.indexOf(text));
    expect(at.every(index => index >= 0)).toBe(true);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect((await project.slipway('status dev --stack webshop-dev')).stdout).toContain(
      `git-commit-${second.commit.slice(0, 7)}`,
    );

    const late = await project.slipway(`deploy dev --commit ${first.commit} --skip-older --yes`);
    expect(late).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('which is newer than') });
  },
  TEST_MS,
);

test(
  'production waits for the approval of a tag; that of an older one is refused; staging next to it is not restarted',
  async () => {
    const [one = '', two = ''] = commits;
    await tag('202611.1', one);
    await tag('202611.2', two);
    expect((await project.slipway('status prod')).stdout).toContain('nothing released yet');
    const before = await tasks('webshop-dev');
    expect(await approve('202611.2')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('webshop-prod now runs 202611.2 '),
    });
    expect(await tasks('webshop-dev')).toBe(before);

    const stale = await approve('202611.1');
    expect(stale).toMatchObject({
      code: 9,
      stderr: expect.stringMatching(/202611\.1 is older than 202611\.2 \(\w{7}\), which is live/),
    });
    expect((await project.slipway('status prod')).stdout).toMatch(/^webshop-prod {2}202611\.2$/m);
  },
  TEST_MS,
);

test(
  'without a version, what is recorded is deployed anew; with two, nothing is; a hook that fails is no release',
  async () => {
    const again = await project.slipway('deploy prod --yes');
    expect(again).toMatchObject({ code: 0, stdout: 'no changes: webshop-prod runs 202611.2 already\n' });
    expect(await project.slipway('deploy prod 202611.1 202611.2 --yes')).toMatchObject({ code: 2 });

    project.configure({
      ...project.application,
      swarm: { ...swarm, hooks: { preSwitch: [{ service: 'web', command: ['false'] }] } },
    });
    const broken = await push('A third shop.\n');
    expect(broken).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/pre-switch hook "false" failed: .*was not touched/),
    });
  },
  TEST_MS,
);
