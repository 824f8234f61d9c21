import type { Application } from '../../stacks/environments/application';
import { Github } from '../adapters/github';
import { readSecret } from '../adapters/secret-value';
import type { Context } from './context';

/** GitHub, where the guards ask it. */
export async function githubOf(context: Context, { guards }: Application): Promise<Github | undefined> {
  if (!guards?.github) return undefined;
  const { repository, token } = guards.github;
  const api = context.env['GITHUB_API_URL'];
  return new Github({ repository, token: await readSecret(token, 'the GitHub token', context), ...(api && { api }) });
}
