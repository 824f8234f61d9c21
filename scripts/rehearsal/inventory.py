"""Lists what exists in the account, asked of AWS itself: one JSON object a line with service, kind, id and labels.

`labels` are all names and tag values of the thing, so that a caller can look for the traces of an environment
without knowing how each service spells its tags. Terminated instances are gone, whatever EC2 still answers.
"""
import json
import os
import sys

import boto3


def everything(client, operation, key, **request):
    """All items of an answer, on however many pages it comes."""
    if client.can_paginate(operation):
        return [item for page in client.get_paginator(operation).paginate(**request) for item in page.get(key, [])]
    return getattr(client, operation)(**request).get(key, [])


def tag_values(tags):
    return [str(tag.get("Value", "")) for tag in tags or []]


def ec2(client):
    kinds = (
        ("describe_vpcs", "Vpcs", "VpcId"),
        ("describe_subnets", "Subnets", "SubnetId"),
        ("describe_security_groups", "SecurityGroups", "GroupId"),
        ("describe_route_tables", "RouteTables", "RouteTableId"),
        ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
        ("describe_addresses", "Addresses", "AllocationId"),
        ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
        ("describe_volumes", "Volumes", "VolumeId"),
        ("describe_instance_connect_endpoints", "InstanceConnectEndpoints", "InstanceConnectEndpointId"),
    )
    for operation, key, identifier in kinds:
        for item in everything(client, operation, key):
            yield key, item[identifier], [item.get("GroupName", ""), *tag_values(item.get("Tags"))]
    for reservation in everything(client, "describe_instances", "Reservations"):
        for item in reservation["Instances"]:
            if item["State"]["Name"] != "terminated":
                yield "Instances", item["InstanceId"], tag_values(item.get("Tags"))


def rds(client):
    for item in everything(client, "describe_db_instances", "DBInstances"):
        yield "DBInstances", item["DBInstanceIdentifier"], [item["DBInstanceIdentifier"], *tag_values(item.get("TagList"))]
    for item in everything(client, "describe_db_subnet_groups", "DBSubnetGroups"):
        yield "DBSubnetGroups", item["DBSubnetGroupName"], [item["DBSubnetGroupName"]]
    for item in everything(client, "describe_db_parameter_groups", "DBParameterGroups"):
        yield "DBParameterGroups", item["DBParameterGroupName"], [item["DBParameterGroupName"]]
    for item in everything(client, "describe_event_subscriptions", "EventSubscriptionsList"):
        yield "EventSubscriptions", item["CustSubscriptionId"], [item["CustSubscriptionId"]]
    for item in everything(client, "describe_db_snapshots", "DBSnapshots"):
        yield "DBSnapshots", item["DBSnapshotIdentifier"], [item["DBSnapshotIdentifier"]]


def s3(client):
    for item in everything(client, "list_buckets", "Buckets"):
        yield "Buckets", item["Name"], [item["Name"]]


def route53(client):
    for zone in everything(client, "list_hosted_zones", "HostedZones"):
        yield "HostedZones", zone["Id"], [zone["Name"]]
        for record in everything(client, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
            yield "Records", f"{zone['Id']} {record['Name']} {record['Type']}", [record["Name"]]
    for item in everything(client, "list_health_checks", "HealthChecks"):
        yield "HealthChecks", item["Id"], [item["HealthCheckConfig"].get("FullyQualifiedDomainName", "")]


def sesv2(client):
    for item in everything(client, "list_email_identities", "EmailIdentities"):
        yield "EmailIdentities", item["IdentityName"], [item["IdentityName"]]
    for item in everything(client, "list_configuration_sets", "ConfigurationSets"):
        yield "ConfigurationSets", item, [item]


def iam(client):
    for item in everything(client, "list_roles", "Roles"):
        yield "Roles", item["RoleName"], [item["RoleName"]]
    for item in everything(client, "list_users", "Users"):
        yield "Users", item["UserName"], [item["UserName"]]
    for item in everything(client, "list_instance_profiles", "InstanceProfiles"):
        yield "InstanceProfiles", item["InstanceProfileName"], [item["InstanceProfileName"]]
    for item in everything(client, "list_policies", "Policies", Scope="Local"):
        yield "Policies", item["PolicyName"], [item["PolicyName"]]


def sns(client):
    for item in everything(client, "list_topics", "Topics"):
        yield "Topics", item["TopicArn"], [item["TopicArn"].split(":")[-1]]


def sqs(client):
    for url in everything(client, "list_queues", "QueueUrls"):
        yield "Queues", url, [url.split("/")[-1]]


def ssm(client):
    for item in everything(client, "describe_parameters", "Parameters"):
        yield "Parameters", item["Name"], [item["Name"]]


def cloudwatch(client):
    for item in everything(client, "describe_alarms", "MetricAlarms"):
        yield "MetricAlarms", item["AlarmName"], [item["AlarmName"]]


def logs(client):
    for item in everything(client, "describe_log_groups", "logGroups"):
        yield "LogGroups", item["logGroupName"], [item["logGroupName"]]


def secretsmanager(client):
    for item in everything(client, "list_secrets", "SecretList"):
        yield "Secrets", item["Name"], [item["Name"], *tag_values(item.get("Tags"))]


SERVICES = (ec2, rds, s3, route53, sesv2, iam, sns, sqs, ssm, cloudwatch, logs, secretsmanager)


def main():
    for region in [os.environ["AWS_REGION"], *sys.argv[1:]]:
        for service in SERVICES:
            for kind, identifier, labels in service(boto3.client(service.__name__, region_name=region)):
                print(json.dumps({"region": region, "kind": kind, "id": identifier, "labels": [x for x in labels if x]}))


if __name__ == "__main__":
    main()
