import type { Application } from '../../../stacks/environments/application';
import type { Environment } from '../../../stacks/environments/environment';
import type { SecretSource } from '../../../stacks/environments/secret-source';

/** A variable that a context of the pipeline must have. */
export interface ContextVariable {
  readonly name: string;
  /** What it is for, for whoever has to enter it. */
  readonly what: string;
}

export interface ContextVariables {
  readonly context: string;
  readonly variables: readonly ContextVariable[];
}

/**
 * What the contexts of .circleci/config.yml must hold: the one list of it. What a release needs follows from the data: a secret
 * that a program prints is no variable.
 */
export function contextVariables(
  application: Application,
  environments: readonly Pick<Environment, 'name'>[],
): readonly ContextVariables[] {
  return [
    {
      context: 'slipway-plan',
      variables: [
        { name: 'AWS_ROLE_ARN', what: 'the role that only reads' },
        { name: 'GITHUB_TOKEN', what: 'may write comments of pull requests' },
      ],
    },
    { context: 'slipway-release', variables: releaseVariables(application) },
    ...environments.map(({ name }) => ({
      context: `slipway-deploy-${name}`,
      variables: [
        { name: 'AWS_ROLE_ARN', what: `the role that deploys ${name}` },
        { name: 'DEPLOY_KEY', what: `private key of the account deploy on the node of ${name}` },
      ],
    })),
  ];
}

function releaseVariables({ image, guards, notify, cdn }: Application): ContextVariable[] {
  const sources: readonly (readonly [SecretSource | undefined, string])[] = [
    [image?.login?.password, 'the token of the image registry'],
    [guards?.github?.token, 'may read checks and pull requests'],
    [notify?.webhook, "the address of Slack's webhook"],
    [cdn?.token, 'may purge the zones of the CDN'],
  ];
  const variables = sources.flatMap(([source, what]) =>
    source && 'env' in source ? [{ name: source.env, what }] : [],
  );
  // One variable may serve twice.
  return variables.filter(({ name }, at) => variables.findIndex(one => one.name === name) === at);
}
