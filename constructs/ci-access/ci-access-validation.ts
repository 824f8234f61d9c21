import { InvalidValueError } from '../invalid-value';
import { assertDomainName } from '../web-domain/domain-name';
import type { CiAccessProps, CiEnvironment } from './ci-access';
import { deployRoleName } from './deploy-role';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Neither this nor a branch may hold `*` or `?`: in a trust policy they would admit others. */
const REPOSITORY = /^[a-z0-9.-]+\/[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;
const BRANCH = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
/** What something else is called with: the roles of CI, the account's own state, the list of zones, the state bucket. */
const RESERVED = /^(?:ci|ci-.*|account|zones|terraform)$/;
/** As a branch, but a pattern: it stands at the end of what is compared, where it can only stretch the name of a tag. */
const TAGS = /^[A-Za-z0-9._?*-]+(?:\/[A-Za-z0-9._?*-]+)*$/;
const MAX_ROLE_NAME = 64;

/** @throws InvalidValueError for the first property that IAM would refuse, or that would let in somebody else */
export function assertCiAccessProps(props: CiAccessProps): void {
  assertMatch('project name', props.name, NAME, 'lower-case words joined by hyphens', 'write it like webshop');
  assertUuid('circleci organization id', props.organizationId, 'Organization Settings');
  assertUuid('circleci project id', props.projectId, 'Project Settings');
  assertMatch(
    'repository',
    props.repository,
    REPOSITORY,
    'host/owner/name',
    'write it like github.com/example-org/webshop',
  );
  for (const environment of props.environments) assertEnvironment(props, environment);
}

function assertEnvironment({ name: project, environments }: CiAccessProps, environment: CiEnvironment): void {
  const { name, branch, tags, domain } = environment;
  assertMatch('environment name', name, NAME, 'lower-case words joined by hyphens', 'write it like staging');
  assertMatch('deploy branch', branch, BRANCH, 'the name of one branch, without wildcards', 'write it like production');
  if (tags !== undefined) assertMatch('deploy tags', tags, TAGS, 'a pattern of tags', 'write it like 20????.*');
  assertDomainName('environment domain', domain);
  if (RESERVED.test(name)) {
    const allowed = 'any other than account, zones, terraform, ci and what begins with ci-';
    throw new InvalidValueError('environment name', name, allowed, 'choose another name, like test');
  }
  // `webshop-dev-*` would also cover what is called `webshop-dev-eu-...`.
  const twin = environments.find(other => other !== environment && `${other.name}-`.startsWith(`${name}-`));
  if (twin) {
    const allowed = `a name that no other environment begins with, as ${twin.name} does`;
    throw new InvalidValueError('environment name', name, allowed, 'turn the words around, like eu-dev');
  }
  const role = deployRoleName(project, name);
  if (role.length > MAX_ROLE_NAME) {
    throw new InvalidValueError(
      'role name',
      role,
      `${MAX_ROLE_NAME} characters`,
      'shorten the project or environment name',
    );
  }
}

function assertUuid(what: string, value: string, where: string): void {
  assertMatch(what, value, UUID, 'a lower-case UUID', `copy it from ${where} in CircleCI`);
}

function assertMatch(what: string, value: string, pattern: RegExp, allowed: string, next: string): void {
  if (!pattern.test(value)) throw new InvalidValueError(what, value, allowed, next);
}
