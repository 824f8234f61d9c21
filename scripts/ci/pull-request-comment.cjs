'use strict';
/**
 * Shows a text in a pull request, as one comment that is updated by every later run.
 *
 *   node scripts/ci/pull-request-comment.cjs 'slipway plan: prod' plan.md
 *
 * The first line of the comment is an HTML comment with the name; that is how a later run finds it again. Plain
 * JavaScript without packages, so that it also works where an installation failed.
 *
 * Reads GITHUB_TOKEN (may write issue comments of this repository, nothing else) and CircleCI's own variables.
 */
const fs = require('node:fs');

/** GitHub refuses bodies of more than 65,536 characters; the rest is room for the notice. */
const MAX_TEXT = 65_000;
const TIMEOUT_MS = 20_000;

function bodyOf(name, text, buildUrl) {
  const marker = `<!-- ${name} -->`;
  if (text.trim() === '') return `${marker}\n**${name}**: there is no text; the [job](${buildUrl}) says why.`;
  const marked = text.startsWith(marker) ? text : `${marker}\n${text}`;
  if (marked.length <= MAX_TEXT) return marked;
  return `${marked.slice(0, MAX_TEXT)}\n\n_Cut here; the [job](${buildUrl}) has the rest._`;
}

function githubClient({ api, token }) {
  return async (method, pathOrUrl, json) => {
    const response = await fetch(new URL(pathOrUrl, `${api}/`), {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'slipway',
        'x-github-api-version': '2022-11-28',
        ...(json && { 'content-type': 'application/json' }),
      },
      body: json && JSON.stringify(json),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${method} ${response.url}`);
    return { data: await response.json(), next: nextPage(response.headers.get('link')) };
  };
}

function nextPage(link) {
  return /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
}

/** Number of the pull request: CircleCI knows it when it existed before the push; otherwise the branch is looked up. */
async function pullRequestOf(github, { pullRequestUrl, owner, repository, branch }) {
  const known = /\/pull\/(\d+)$/.exec(pullRequestUrl);
  if (known) return known[1];
  const head = encodeURIComponent(`${owner}:${branch}`);
  const { data } = await github('GET', `repos/${owner}/${repository}/pulls?state=open&head=${head}`);
  return data[0]?.number;
}

async function findComment(github, url, marker) {
  for (let page = `${url}?per_page=100`; page;) {
    const { data, next } = await github('GET', page);
    const found = data.find(comment => comment.body.split(/\r?\n/, 1)[0] === marker);
    if (found) return found;
    page = next;
  }
  return undefined;
}

async function main([name, file], env) {
  if (!name || !file) throw new Error("usage: pull-request-comment.cjs NAME FILE, e.g. 'slipway plan: prod' plan.md");
  const need = variable => {
    if (!env[variable]) throw new Error(`${variable} is not set; the context of the job has to provide it`);
    return env[variable];
  };
  const github = githubClient({ api: env.GITHUB_API_URL ?? 'https://api.github.com', token: need('GITHUB_TOKEN') });
  const owner = need('CIRCLE_PROJECT_USERNAME');
  const repository = need('CIRCLE_PROJECT_REPONAME');
  const branch = need('CIRCLE_BRANCH');
  const number = await pullRequestOf(github, {
    pullRequestUrl: env.CIRCLE_PULL_REQUEST ?? '',
    owner,
    repository,
    branch,
  });
  if (number === undefined) return `${branch} has no open pull request: nothing to comment`;

  const body = bodyOf(name, fs.readFileSync(file, 'utf8'), env.CIRCLE_BUILD_URL ?? '');
  const comments = `repos/${owner}/${repository}/issues/${number}/comments`;
  const existing = await findComment(github, comments, `<!-- ${name} -->`);
  const { data } = existing
    ? await github('PATCH', `repos/${owner}/${repository}/issues/comments/${existing.id}`, { body })
    : await github('POST', comments, { body });
  return `${existing ? 'updated' : 'created'} ${data.html_url}`;
}

main(process.argv.slice(2), process.env).then(
  line => console.log(line),
  error => {
    console.error(`pull-request-comment: ${error.message}`);
    process.exitCode = 1;
  },
);
