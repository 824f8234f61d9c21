export interface CircleCiProject {
  /** CircleCI organization id (UUID). */
  readonly organizationId: string;
  /** CircleCI project id (UUID). */
  readonly projectId: string;
  /** Repository as `host/owner/name`. */
  readonly repository: string;
}

/** Host and path of the issuer; IAM names the claims of a token after it. */
export function issuerOf(project: CircleCiProject): string {
  return `oidc.circleci.com/org/${project.organizationId}`;
}

/**
 * Any UUID, as a pattern. Each `?` is exactly one character, so the user's id cannot stretch. A `*` could: it would
 * also match an id followed by `/vcs-origin/...`, and a branch named after the rest of the pattern would be let in.
 */
const ANY_USER = [8, 4, 4, 4, 12].map(length => '?'.repeat(length)).join('-');

function subject(project: CircleCiProject, ref: string): string {
  const { organizationId, projectId, repository } = project;
  return `org/${organizationId}/project/${projectId}/user/${ANY_USER}/vcs-origin/${repository}/vcs-ref/${ref}`;
}

function trust(project: CircleCiProject, providerArn: string, subjects: string | readonly string[]): string {
  const issuer = issuerOf(project);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PipelineOfThisRepository',
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer}:aud`]: project.organizationId },
          StringLike: { [`${issuer}:sub`]: subjects },
        },
      },
    ],
  });
}

/**
 * Lets pipelines of one branch of the repository in, and those of the tags that fit a pattern. The pipeline must present
 * CIRCLE_OIDC_TOKEN_V2: the first version of the token does not say which branch it runs for.
 *
 * @param tags  IAM's pattern, e.g. `20????.*`; what is before it is fixed, so nothing but the name of a tag can fit it
 */
export function trustOfBranch(project: CircleCiProject, providerArn: string, branch: string, tags?: string): string {
  const ofBranch = subject(project, `refs/heads/${branch}`);
  return trust(project, providerArn, tags === undefined ? ofBranch : [ofBranch, subject(project, `refs/tags/${tags}`)]);
}

/** Lets pipelines of any branch or tag of the repository in, but not those of a fork: its origin is another one. */
export function trustOfRepository(project: CircleCiProject, providerArn: string): string {
  return trust(project, providerArn, subject(project, '*'));
}
