import { arn, type DeployScope, ownArns } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

/** Services whose service-linked role AWS makes on first use, on behalf of the caller. */
const LINKED_SERVICES = ['rds.amazonaws.com', 'ec2-instance-connect.amazonaws.com'];

/** Roles, instance profiles and the SMTP user, all of the environment's own name. */
export function identityStatements(scope: DeployScope): PolicyStatement[] {
  const roles = ownArns(scope, 'iam', ['role/'], '');
  return [
    {
      Sid: 'Roles',
      Effect: 'Allow',
      Action: [
        'iam:CreateRole',
        'iam:GetRole',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
        'iam:UpdateAssumeRolePolicy',
        'iam:DeleteRole',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:PutRolePolicy',
        'iam:GetRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:ListRolePolicies',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
        'iam:CreateInstanceProfile',
        'iam:GetInstanceProfile',
        'iam:DeleteInstanceProfile',
        'iam:TagInstanceProfile',
        'iam:UntagInstanceProfile',
        'iam:AddRoleToInstanceProfile',
        'iam:RemoveRoleFromInstanceProfile',
      ],
      Resource: [...roles, ...ownArns(scope, 'iam', ['instance-profile/'], '')],
    },
    {
      Sid: 'PassRolesToInstances',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: roles,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    {
      Sid: 'SmtpUser',
      Effect: 'Allow',
      Action: [
        'iam:CreateUser',
        'iam:GetUser',
        'iam:UpdateUser',
        'iam:DeleteUser',
        'iam:TagUser',
        'iam:UntagUser',
        'iam:PutUserPolicy',
        'iam:GetUserPolicy',
        'iam:DeleteUserPolicy',
        'iam:ListGroupsForUser',
        'iam:CreateAccessKey',
        'iam:ListAccessKeys',
        'iam:UpdateAccessKey',
        'iam:DeleteAccessKey',
        'iam:ListSSHPublicKeys',
        'iam:ListSigningCertificates',
        'iam:ListServiceSpecificCredentials',
        'iam:ListMFADevices',
        'iam:DeleteLoginProfile',
      ],
      Resource: ownArns(scope, 'iam', ['user/service/'], ''),
    },
    {
      // Before it destroys a user for good, the provider looks for its virtual devices among all of the account.
      Sid: 'WildcardListDevices',
      Effect: 'Allow',
      Action: 'iam:ListVirtualMFADevices',
      Resource: '*',
    },
    {
      Sid: 'ServiceLinkedRoles',
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: LINKED_SERVICES.map(service => arn(scope, 'iam', `role/aws-service-role/${service}/*`, '')),
      Condition: { StringEquals: { 'iam:AWSServiceName': LINKED_SERVICES } },
    },
  ];
}
