import type { Application } from '../../stacks/environments/application';
import type { CiSettings } from '../../stacks/environments/ci-settings';
import { CircleCi } from '../adapters/circleci';
import { readSecret } from '../adapters/secret-value';
import { SlipwayError } from '../domain/slipway-error';
import type { Context } from './context';

const SLUG = /^(?:gh|github|bb|bitbucket|circleci)\/[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;

/** CircleCI as the data names it. @throws SlipwayError when it does not */
export async function circleCiOf(
  context: Context,
  { ci }: Application,
  what: string,
): Promise<{ readonly circleci: CircleCi; readonly settings: CiSettings }> {
  if (!ci) throw new SlipwayError(`${what} needs \`ci\` in stacks/environments/application.ts; add it`);
  if (!SLUG.test(ci.project)) {
    throw new SlipwayError(`ci.project is "${ci.project}", allowed is a slug; write it like gh/example-org/webshop`);
  }
  const token = await readSecret(ci.token, 'the token of CircleCI', context);
  const api = context.env['CIRCLECI_API_URL'];
  return { circleci: new CircleCi({ project: ci.project, token, ...(api && { api }) }), settings: ci };
}
