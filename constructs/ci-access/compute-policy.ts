import { arn, type DeployScope } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

const NETWORK_ACTIONS = [
  'CreateVpc',
  'DeleteVpc',
  'ModifyVpcAttribute',
  'CreateSubnet',
  'DeleteSubnet',
  'ModifySubnetAttribute',
  'CreateInternetGateway',
  'DeleteInternetGateway',
  'AttachInternetGateway',
  'DetachInternetGateway',
  'CreateRouteTable',
  'DeleteRouteTable',
  'AssociateRouteTable',
  'DisassociateRouteTable',
  'ReplaceRouteTableAssociation',
  'CreateRoute',
  'DeleteRoute',
  'ReplaceRoute',
  'CreateVpcEndpoint',
  'DeleteVpcEndpoints',
  'ModifyVpcEndpoint',
  'CreateSecurityGroup',
  'DeleteSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'AuthorizeSecurityGroupEgress',
  'RevokeSecurityGroupIngress',
  'RevokeSecurityGroupEgress',
  'ModifySecurityGroupRules',
  'CreateInstanceConnectEndpoint',
  'DeleteInstanceConnectEndpoint',
  'ModifyInstanceConnectEndpoint',
  'CreateNetworkInterface',
  'DeleteNetworkInterface',
];

const NODE_ACTIONS = [
  'RunInstances',
  'StartInstances',
  'StopInstances',
  'TerminateInstances',
  'ModifyInstanceAttribute',
  'ModifyInstanceMetadataOptions',
  'ModifyInstanceCreditSpecification',
  'ModifyInstanceMaintenanceOptions',
  'MonitorInstances',
  'UnmonitorInstances',
  'AssociateIamInstanceProfile',
  'DisassociateIamInstanceProfile',
  'ReplaceIamInstanceProfileAssociation',
  'ModifyVolume',
  'AllocateAddress',
  'ReleaseAddress',
  'AssociateAddress',
  'DisassociateAddress',
  'CreateTags',
  'DeleteTags',
];

/** Network and node. */
export function computeStatements(scope: DeployScope): PolicyStatement[] {
  return [
    {
      // EC2 knows no resources when it describes.
      Sid: 'WildcardDescribe',
      Effect: 'Allow',
      Action: 'ec2:Describe*',
      Resource: '*',
    },
    {
      // What EC2 makes has no name to match, only an id that is not known before. The region limits it here, and
      // WildcardOtherEnvironments keeps it away from what belongs to another environment.
      Sid: 'WildcardNetworkAndNode',
      Effect: 'Allow',
      Action: [...NETWORK_ACTIONS, ...NODE_ACTIONS].map(action => `ec2:${action}`),
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': scope.region } },
    },
    {
      // The endpoint's id is not known either; its tag says whose it is. Port 22, and no longer than a pipeline's token lives.
      Sid: 'WildcardReachNode',
      Effect: 'Allow',
      Action: 'ec2-instance-connect:OpenTunnel',
      Resource: arn(scope, 'ec2', 'instance-connect-endpoint/*'),
      Condition: {
        StringEquals: { 'aws:ResourceTag/Environment': scope.environment },
        NumericEquals: { 'ec2-instance-connect:remotePort': '22' },
        NumericLessThanEquals: { 'ec2-instance-connect:maxTunnelDuration': '3600' },
      },
    },
  ];
}
