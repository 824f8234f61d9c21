import { AccountStack } from '../../stacks/account-stack';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { environments } from '../../stacks/environments';
import type { Environment } from '../../stacks/environments/environment';
import { site } from '../../stacks/environments/site';
import { RELEASE_PROGRAM } from './release-program';
import { Template, testApp } from './template';

/** One environment's stack as `main.ts` makes it. */
export function environmentTemplate(environment: Environment): Template {
  return Template.ofStack(
    new EnvironmentStack(testApp(), { site, environment, releaseProgram: RELEASE_PROGRAM, connection: {} }),
  );
}

/** The account's stack as `main.ts` makes it. */
export function accountTemplate(): Template {
  return Template.ofStack(new AccountStack(testApp(), { site, environments, connection: {} }));
}

/** All stacks of the project by name. */
export function allTemplates(): ReadonlyMap<string, Template> {
  return new Map([
    ['account', accountTemplate()],
    ...environments.map(environment => [environment.name, environmentTemplate(environment)] as const),
  ]);
}
