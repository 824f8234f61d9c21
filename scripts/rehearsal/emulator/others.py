"""One shortcoming each of S3, IAM, SSM, Route53, SQS and Budgets."""
import json

from extend import extend

AMI = "ami-12c6146b"  # an image that moto knows


def s3_policy_conditions():
    """A bucket policy is applied without its conditions, so "deny what does not come over TLS" denies everything."""
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    @extend(FakeBucket, "get_permission")
    def permission(original, self, action, resource):
        statements = json.loads(self.policy or "{}").get("Statement", [])
        conditional = any("Condition" in statement for statement in statements)
        return PermissionResult.NEUTRAL if conditional else original(self, action, resource)


def iam_service_credentials():
    """ListServiceSpecificCredentials is missing; the provider asks before it destroys a user."""
    from moto.core.responses import ActionResult
    from moto.iam.responses import IamResponse

    IamResponse.list_service_specific_credentials = lambda self: ActionResult({"ServiceSpecificCredentials": []})


def ssm_debian_image():
    """Debian's public parameters with its newest images are missing."""
    from moto.core.utils import utcnow
    from moto.ssm.models import Parameter, ParameterDict

    @extend(ParameterDict, "_check_loading_status")
    def load(original, self, key):
        original(self, key)
        for architecture in ("amd64", "arm64"):
            name = f"/aws/service/debian/release/13/latest/{architecture}"
            if key == name and not dict.__contains__(self, name):
                image = Parameter(self.account_id, name, AMI, "String", None, None, None, utcnow(), 1, "text")
                dict.__setitem__(self, name, [image])


def route53_changes():
    """Not a fault, but the provider waits 15 seconds for each change that it is told the id of."""
    from moto.core.responses import ActionResult
    from moto.route53.responses import Route53

    for operation in ("create_hosted_zone", "delete_hosted_zone", "change_resource_record_sets"):

        @extend(Route53, operation)
        def answer(original, self):
            result = original(self)
            if isinstance(result, ActionResult):
                result.result.pop("ChangeInfo", None)
            return result


def sqs_redrive_policy():
    """GetQueueAttributes answers the redrive policy with spaces; AWS answers it without, and the provider compares text."""
    from moto.sqs.models import Queue

    attributes = Queue.attributes.fget

    def compact(self):
        answer = attributes(self)
        if self.redrive_policy:
            answer["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        return answer

    Queue.attributes = property(compact)


def budgets():
    """The subscribers of a notification cannot be read, a budget cannot be changed and has no tags."""
    from moto.budgets.responses import BudgetsResponse

    def budget(self):
        return self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]

    def tags(self, arn=None):
        return self.backend.__dict__.setdefault("tags_by_arn", {}).setdefault(arn or self._get_param("ResourceARN"), {})

    def describe_subscribers_for_notification(self):
        asked = self._get_param("Notification")
        keys = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
        same = [n for n in budget(self).notifications if all(n.details.get(key) == asked.get(key) for key in keys)]
        return json.dumps({"Subscribers": same[0].subscribers if same else []})

    def update_budget(self):
        asked = self._get_param("NewBudget")
        self.backend.budgets[self._get_param("AccountId")][asked["BudgetName"]].budget.update(asked)
        return "{}"

    def tag_resource(self):
        tags(self).update({tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags")})
        return "{}"

    def untag_resource(self):
        for key in self._get_param("ResourceTagKeys"):
            tags(self).pop(key, None)
        return "{}"

    def list_tags_for_resource(self):
        return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in tags(self).items()]})

    @extend(BudgetsResponse, "create_budget")
    def create(original, self):
        answer = original(self)
        name = self._get_param("Budget")["BudgetName"]
        arn = f"arn:aws:budgets::{self._get_param('AccountId')}:budget/{name}"
        tags(self, arn).update({tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags") or []})
        return answer

    for operation in (
        describe_subscribers_for_notification,
        update_budget,
        tag_resource,
        untag_resource,
        list_tags_for_resource,
    ):
        setattr(BudgetsResponse, operation.__name__, operation)
