"""EC2: instances, rules, endpoints, and the settings of an account."""
from datetime import datetime, timezone

from extend import extend


def ec2_instance():
    """Security groups given through the network interface and the maintenance options are not answered; the
    interface made at launch outlives its instance."""
    from moto.ec2.models.instances import Instance

    @extend(Instance, "__init__")
    def init(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        for interface in self.nics.values():
            interface.delete_on_termination = True

    def groups(self):
        interfaces = self.__dict__.get("nics") or {}
        if 0 in interfaces and interfaces[0]._group_set:
            return list(interfaces[0]._group_set)
        return self.__dict__.get("groups_at_launch", [])

    def set_groups(self, value):
        self.__dict__["groups_at_launch"] = value
        interfaces = self.__dict__.get("nics") or {}
        if 0 in interfaces:
            interfaces[0]._group_set = list(value)

    Instance.security_groups = property(groups, set_groups)
    Instance.maintenance_options = {"AutoRecovery": "default"}


def ec2_security_group_rule():
    """DescribeSecurityGroupRules loses the description of a rule that refers to a group."""
    from moto.ec2.models.security_groups import SecurityGroupRule

    SecurityGroupRule.description = property(
        lambda self: self.ip_range.get("Description") or self.source_group.get("Description")
    )


def ec2_vpc_endpoint():
    """A deleted endpoint stays listed for ever, and its VPC cannot be deleted."""
    from moto.ec2.models.vpcs import VPCBackend

    @extend(VPCBackend, "delete_vpc_endpoints")
    def delete(original, self, vpce_ids=None):
        answer = original(self, vpce_ids)
        for endpoint in vpce_ids or []:
            self.vpc_end_points.pop(endpoint, None)
        return answer


def ec2_instance_connect_endpoint():
    """There are no EC2 Instance Connect Endpoints. One is complete at once here and, as on AWS, holds a network interface
    in its subnet until it is deleted, so that a security group which is in use cannot be removed."""
    from moto.core.responses import ActionResult
    from moto.ec2 import utils
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.core import TaggedEC2Resource
    from moto.ec2.responses import EC2Response

    kind, prefix = "instance-connect-endpoint", "eice"
    utils.EC2_RESOURCE_TO_PREFIX[kind] = prefix
    utils.EC2_PREFIX_TO_RESOURCE[prefix] = kind

    class InstanceConnectEndpoint(TaggedEC2Resource):
        __module__ = "moto.ec2.models.instance_connect_endpoints"  # moto's metaclass reads the service out of it

        def __init__(self, backend, subnet, security_group_ids, preserve_client_ip, tags):
            region, account = backend.region_name, backend.account_id
            self.ec2_backend = backend
            self.id = self.instance_connect_endpoint_id = utils.random_id(prefix)
            self.subnet_id, self.vpc_id, self.availability_zone = subnet.id, subnet.vpc_id, subnet.availability_zone
            self.owner_id = account
            self.instance_connect_endpoint_arn = f"arn:aws:ec2:{region}:{account}:{kind}/{self.id}"
            self.dns_name = f"{self.id}.ec2-instance-connect-endpoint.{region}.amazonaws.com"
            self.preserve_client_ip = preserve_client_ip
            self.security_group_ids = security_group_ids
            self.created_at = datetime.now(timezone.utc)
            self.state, self.ip_address_type = "create-complete", "ipv4"
            self.interface = backend.create_network_interface(subnet, None, group_ids=security_group_ids, description=self.id)
            self.network_interface_ids = [self.interface.id]
            self.add_tags(tags)

    def endpoints(self):
        return self.ec2_backend.__dict__.setdefault("instance_connect_endpoints", {})

    def found(self, identifier):
        if identifier not in endpoints(self):
            code = "InvalidInstanceConnectEndpointId.NotFound"
            raise EC2ClientError(code, f"The instance connect endpoint ID '{identifier}' does not exist")
        return endpoints(self)[identifier]

    def create_instance_connect_endpoint(self):
        subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
        groups = self._get_param("SecurityGroupIds", [])
        tags = self._parse_tag_specification().get(kind, {})
        preserve = self._get_bool_param("PreserveClientIp", False)
        endpoint = InstanceConnectEndpoint(self.ec2_backend, subnet, groups, preserve, tags)
        endpoints(self)[endpoint.id] = endpoint
        return ActionResult({"InstanceConnectEndpoint": endpoint})

    def describe_instance_connect_endpoints(self):
        asked = self._get_param("InstanceConnectEndpointIds", [])
        chosen = [found(self, identifier) for identifier in asked] if asked else list(endpoints(self).values())
        return ActionResult({"InstanceConnectEndpoints": chosen})

    def delete_instance_connect_endpoint(self):
        endpoint = found(self, self._get_param("InstanceConnectEndpointId"))
        self.ec2_backend.delete_network_interface(endpoint.interface.id)
        del endpoints(self)[endpoint.id]
        endpoint.state = "delete-complete"
        return ActionResult({"InstanceConnectEndpoint": endpoint})

    for operation in (
        create_instance_connect_endpoint,
        describe_instance_connect_endpoints,
        delete_instance_connect_endpoint,
    ):
        setattr(EC2Response, operation.__name__, operation)


def ec2_account_settings():
    """Block public access of snapshots and of images, and the defaults for instance metadata, are missing."""
    from moto.core.responses import ActionResult
    from moto.ec2.responses.settings import Settings

    def settings(self):
        fresh = {"State": "unblocked", "ImageBlockPublicAccessState": "unblocked", "metadata": {}}
        return self.ec2_backend.__dict__.setdefault("account_settings", fresh)

    def answering(key, value_of):
        def answer(self):
            settings(self)[key] = value_of(self)
            return ActionResult({key: settings(self)[key], "ManagedBy": "account"})

        return answer

    for what, key in (("snapshot", "State"), ("image", "ImageBlockPublicAccessState")):
        operations = {
            f"enable_{what}_block_public_access": answering(key, lambda self, key=key: self._get_param(key)),
            f"disable_{what}_block_public_access": answering(key, lambda self: "unblocked"),
            f"get_{what}_block_public_access_state": answering(key, lambda self, key=key: settings(self)[key]),
        }
        for name, operation in operations.items():
            setattr(Settings, name, operation)

    def modify_instance_metadata_defaults(self):
        for key in ("HttpTokens", "HttpEndpoint", "InstanceMetadataTags", "HttpPutResponseHopLimit"):
            value = self._get_param(key)
            if value in (None, "no-preference") or str(value) == "-1":
                settings(self)["metadata"].pop(key, None)
            else:
                settings(self)["metadata"][key] = int(value) if key == "HttpPutResponseHopLimit" else value
        return ActionResult({"Return": True})

    def get_instance_metadata_defaults(self):
        return ActionResult({"AccountLevel": {**settings(self)["metadata"], "ManagedBy": "account"}})

    Settings.modify_instance_metadata_defaults = modify_instance_metadata_defaults
    Settings.get_instance_metadata_defaults = get_instance_metadata_defaults
