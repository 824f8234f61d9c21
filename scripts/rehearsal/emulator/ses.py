"""SES version 2: configuration sets, identities, and the operations that moto does not have."""
import hashlib
import json
from urllib.parse import unquote

from extend import extend

LONG_AGO = 1767225600.0  # 2026-01-01, in the epoch seconds that the SDKs want
QUOTA = {"Max24HourSend": 200.0, "MaxSendRate": 1.0}


def ses_arn(backend, kind, name):
    from moto.utilities.utils import get_partition

    return f"arn:{get_partition(backend.region_name)}:ses:{backend.region_name}:{backend.account_id}:{kind}/{name}"


def ses_configuration_set():
    """GetConfigurationSet answers SendingEnabled as an object and unset options as empty objects; tags are lost."""
    from moto.ses.models import ConfigurationSet
    from moto.sesv2.models import SESV2Backend

    @extend(ConfigurationSet, "to_dict_v2")
    def to_dict_v2(original, self):
        answer = original(self)
        enabled = self.enabled.get("SendingEnabled", True) if isinstance(self.enabled, dict) else True
        answer["SendingOptions"] = {"SendingEnabled": enabled}
        return {key: value for key, value in answer.items() if value not in ({}, []) or key == "Tags"}

    @extend(SESV2Backend, "create_configuration_set")
    def create(original, self, configuration_set_name, tags=None, **options):
        original(self, configuration_set_name=configuration_set_name, tags=tags, **options)
        if tags:
            self.core_backend.tagger.tag_resource(ses_arn(self, "configuration-set", configuration_set_name), tags)

    @extend(SESV2Backend, "delete_configuration_set")
    def delete(original, self, configuration_set_name):
        original(self, configuration_set_name)
        self.core_backend.tagger.delete_all_tags_for_resource(ses_arn(self, "configuration-set", configuration_set_name))


def ses_identity():
    """An identity has no DKIM tokens, key length, MAIL FROM or numeric timestamp; its tags stand under a wrong ARN."""
    from moto.ses.models import EmailIdentity
    from moto.sesv2.models import SESV2Backend

    @extend(EmailIdentity, "__init__")
    def init(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        asked = self.dkim_signing_attributes if isinstance(self.dkim_signing_attributes, dict) else {}
        length = asked.get("NextSigningKeyLength", "RSA_2048_BIT")
        seed = hashlib.sha256(self.email_identity.encode()).hexdigest()
        self.dkim_attributes.update(
            SigningEnabled=True,
            Status="SUCCESS",
            SigningAttributesOrigin="AWS_SES",
            NextSigningKeyLength=length,
            CurrentSigningKeyLength=length,
            LastKeyGenerationTimestamp=LONG_AGO,
            Tokens=[seed[start : start + 32] for start in (0, 16, 32)],
        )
        self.verified_for_sending_status = True
        self.feedback_forwarding_status = True
        self.mail_from = {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}

    describe = EmailIdentity.get_response_object.fget

    def get_response_object(self):
        answer = {**describe(self), "MailFromAttributes": self.mail_from}
        return {key: value for key, value in answer.items() if value is not None}

    EmailIdentity.get_response_object = property(get_response_object)

    @extend(SESV2Backend, "create_email_identity")
    def create(original, self, email_identity, tags, dkim_signing_attributes, configuration_set_name):
        if tags:
            self.core_backend.tagger.tag_resource(ses_arn(self, "identity", email_identity), tags)
        return original(self, email_identity, None, dkim_signing_attributes, configuration_set_name)

    @extend(SESV2Backend, "delete_email_identity")
    def delete(original, self, email_identity):
        original(self, email_identity)
        self.core_backend.tagger.delete_all_tags_for_resource(ses_arn(self, "identity", email_identity))


def ses_operations():
    """SESv2 has no MAIL FROM, feedback, DKIM and configuration set of an identity, no event destinations, no account."""
    from moto.sesv2 import urls
    from moto.sesv2.responses import SESV2Response

    def body(self):
        return json.loads(self.body or "{}")

    def segment(self, after):
        parts = [unquote(part) for part in self.path.split("/")]
        return parts[parts.index(after) + 1]

    def identity(self):
        return self.sesv2_backend.get_email_identity(email_identity=segment(self, "identities"))

    def configuration_set(self):
        return self.sesv2_backend.get_configuration_set(configuration_set_name=segment(self, "configuration-sets"))

    def destinations(self):
        return configuration_set(self).__dict__.setdefault("event_destinations_v2", {})

    def account(self):
        fresh = {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": False,
            "SendingEnabled": True,
            "SuppressionAttributes": {"SuppressedReasons": []},
        }
        return self.sesv2_backend.__dict__.setdefault("account_v2", fresh)

    def put_email_identity_mail_from_attributes(self):
        asked = body(self)
        attributes = {"BehaviorOnMxFailure": asked.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")}
        if asked.get("MailFromDomain"):
            attributes.update(MailFromDomain=asked["MailFromDomain"], MailFromDomainStatus="SUCCESS")
        identity(self).mail_from = attributes

    def put_email_identity_feedback_attributes(self):
        identity(self).feedback_forwarding_status = bool(body(self).get("EmailForwardingEnabled"))

    def put_email_identity_configuration_set_attributes(self):
        identity(self).configuration_set_name = body(self).get("ConfigurationSetName")

    def put_email_identity_dkim_signing_attributes(self):
        attributes = identity(self).dkim_attributes
        length = (body(self).get("SigningAttributes") or {}).get("NextSigningKeyLength")
        if length:
            attributes["NextSigningKeyLength"] = attributes["CurrentSigningKeyLength"] = length
        return {"DkimStatus": "SUCCESS", "DkimTokens": attributes["Tokens"]}

    def create_configuration_set_event_destination(self):
        asked = body(self)
        name = asked["EventDestinationName"]
        destinations(self)[name] = {**asked["EventDestination"], "Name": name}

    def update_configuration_set_event_destination(self):
        name = segment(self, "event-destinations")
        destinations(self)[name] = {**body(self)["EventDestination"], "Name": name}

    def delete_configuration_set_event_destination(self):
        destinations(self).pop(segment(self, "event-destinations"), None)

    def get_configuration_set_event_destinations(self):
        return {"EventDestinations": list(destinations(self).values())}

    def get_account(self):
        sent = float(self.sesv2_backend.core_backend.sent_message_count)
        return {**account(self), "SendQuota": {**QUOTA, "SentLast24Hours": sent}}

    def put_account_details(self):
        details = {key: value for key, value in body(self).items() if key != "ProductionAccessEnabled"}
        account(self)["Details"] = {**details, "ReviewDetails": {"Status": "PENDING", "CaseId": "case-1"}}

    def put_account_suppression_attributes(self):
        account(self)["SuppressionAttributes"] = {"SuppressedReasons": body(self).get("SuppressedReasons") or []}

    def options_of(attribute):
        def put(self):
            setattr(configuration_set(self), attribute, body(self))

        return put

    def answering(function):
        return lambda self: json.dumps(function(self) or {})

    identities, sets = "identities/(?P<EmailIdentity>[^/]+)", "configuration-sets/(?P<ConfigurationSetName>[^/]+)"
    one_destination = f"{sets}/event-destinations/(?P<EventDestinationName>[^/]+)"
    operations = {
        f"{identities}/mail-from": [put_email_identity_mail_from_attributes],
        f"{identities}/feedback": [put_email_identity_feedback_attributes],
        f"{identities}/configuration-set": [put_email_identity_configuration_set_attributes],
        f"{identities}/dkim/signing": [put_email_identity_dkim_signing_attributes],
        f"{sets}/event-destinations": [create_configuration_set_event_destination, get_configuration_set_event_destinations],
        one_destination: [update_configuration_set_event_destination, delete_configuration_set_event_destination],
        "account": [get_account],
        "account/details": [put_account_details],
        "account/suppression": [put_account_suppression_attributes],
    }
    for option, attribute in (
        ("delivery", "delivery_options"),
        ("reputation", "reputation_options"),
        ("sending", "enabled"),
        ("suppression", "suppression_options"),
    ):
        put = options_of(attribute)
        put.__name__ = f"put_configuration_set_{option}_options"
        operations[f"{sets}/{'sending' if option == 'sending' else option + '-options'}"] = [put]
    for path, functions in operations.items():
        urls.url_paths["{0}/v2/email/" + path + "$"] = SESV2Response.dispatch
        for function in functions:
            setattr(SESV2Response, function.__name__, answering(function))
