import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GithubComments } from '../../support/github-comments';

const program = path.join(__dirname, '..', '..', '..', 'scripts', 'ci', 'pull-request-comment.cjs');
const NAME = 'slipway plan: prod';
const MARKER = `<!-- ${NAME} -->`;

describe('pull-request-comment', () => {
  let github: GithubComments;
  let folder: string;

  beforeEach(async () => {
    github = await GithubComments.start('example-org', 'webshop');
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-comment-'));
  });
  afterEach(async () => {
    await github.stop();
    rmSync(folder, { recursive: true });
  });

  function run(text: string, overrides: Record<string, string | undefined> = {}, args?: string[]) {
    const file = path.join(folder, 'plan.md');
    writeFileSync(file, text);
    const env = {
      PATH: process.env['PATH'],
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: 'a-token',
      CIRCLE_PROJECT_USERNAME: 'example-org',
      CIRCLE_PROJECT_REPONAME: 'webshop',
      CIRCLE_BRANCH: 'add-a-host',
      CIRCLE_BUILD_URL: 'https://ci.example.org/7',
      CIRCLE_PULL_REQUEST: 'https://github.com/example-org/webshop/pull/12',
      ...overrides,
    };
    const child = spawn('node', [program, ...(args ?? [NAME, file])], { env });
    let output = '';
    child.stdout.on('data', chunk => (output += String(chunk)));
    child.stderr.on('data', chunk => (output += String(chunk)));
    return new Promise<{ code: number | null; output: string }>(resolve => {
      child.on('close', code => resolve({ code, output }));
    });
  }

  test('makes one comment, which later runs update', async () => {
    github.add(12, 'Looks good to me.');
    expect(await run('1 to add')).toMatchObject({ code: 0, output: expect.stringMatching(/^created http/) });
    expect(await run('2 to add')).toMatchObject({ code: 0, output: expect.stringMatching(/^updated http/) });
    expect(github.bodies(12)).toEqual(['Looks good to me.', `${MARKER}\n2 to add`]);
  });

  test('takes a text that carries its marker already', async () => {
    await run(`${MARKER}\n1 to add`);
    await run(`${MARKER}\n2 to add`);
    expect(github.bodies(12)).toEqual([`${MARKER}\n2 to add`]);
  });

  test('finds its comment on a later page', async () => {
    for (let count = 1; count <= 230; count++) github.add(12, `Comment ${count}`);
    github.add(12, `${MARKER}\r\nold`);
    expect(await run('new')).toMatchObject({ code: 0 });
    expect(github.bodies(12)).toHaveLength(231);
    expect(github.bodies(12).at(-1)).toBe(`${MARKER}\nnew`);
  });

  test('leaves the comment of another environment and a quotation of its own alone', async () => {
    const others = ['<!-- slipway plan: dev -->\n0 to add', `> ${MARKER}\nis this right?`, `Look:\n${MARKER}`];
    for (const body of others) github.add(12, body);
    await run('1 to add');
    expect(github.bodies(12)).toEqual([...others, `${MARKER}\n1 to add`]);
  });

  test('looks the pull request up when it was opened after the push', async () => {
    github.open(34, 'example-org:add-a-host');
    github.open(35, 'example-org:another');
    expect(await run('1 to add', { CIRCLE_PULL_REQUEST: undefined })).toMatchObject({ code: 0 });
    expect(github.bodies(34)).toEqual([`${MARKER}\n1 to add`]);
    expect(github.bodies(35)).toEqual([]);
  });

  test('has nothing to do for a branch without a pull request', async () => {
    const { code, output } = await run('1 to add', { CIRCLE_PULL_REQUEST: undefined });
    expect({ code, output }).toEqual({ code: 0, output: 'add-a-host has no open pull request: nothing to comment\n' });
  });

  test('cuts a text that GitHub would refuse, and says where the rest is', async () => {
    await run('x'.repeat(70_000));
    const [body] = github.bodies(12);
    expect(body!.length).toBeLessThanOrEqual(65_536);
    expect(body).toMatch(/Cut here; the \[job\]\(https:\/\/ci\.example\.org\/7\) has the rest/);
  });

  test('replaces an old plan when there is no new one', async () => {
    github.add(12, `${MARKER}\n1 to add`);
    await run('\n');
    expect(github.bodies(12)).toEqual([expect.stringMatching(/there is no text; the \[job\]/)]);
  });

  test('fails when GitHub refuses, without showing the token', async () => {
    const { code, output } = await run('1 to add', { GITHUB_TOKEN: 'a-wrong-token' });
    expect(code).toBe(1);
    expect(output).toMatch(/^pull-request-comment: GitHub answered 401 to GET .*\n$/);
    expect(output).not.toContain('a-wrong-token');
  });

  test('fails when the token is missing', async () => {
    const { code, output } = await run('1 to add', { GITHUB_TOKEN: undefined });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/GITHUB_TOKEN is not set/) });
  });

  test('fails when an argument is missing', async () => {
    const { code, output } = await run('', {}, [NAME]);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/usage: /) });
  });
});
