"""RDS: what the provider reads back of an instance and of a parameter group."""
import secrets
import string

from extend import extend


def rds_instance():
    """All instances share one DbiResourceId, by which the provider reads them; EngineLifecycleSupport is dropped."""
    from moto.rds.models import DBInstance

    @extend(DBInstance, "__init__")
    def init(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        letters = string.ascii_uppercase + string.digits
        self.dbi_resource_id = "db-" + "".join(secrets.choice(letters) for _ in range(26))
        self.engine_lifecycle_support = kwargs.get("engine_lifecycle_support") or "open-source-rds-extended-support"


def rds_parameter_group():
    """DescribeDBParameters leaves out the Source; the provider keeps only what a user has set."""
    from moto.rds.models import DBParameterGroup

    @extend(DBParameterGroup, "update_parameters")
    def update(original, self, new_parameters):
        original(self, new_parameters)
        for parameter in self.parameters.values():
            dynamic = parameter.get("ApplyMethod") == "immediate"
            parameter.update(Source="user", IsModifiable=True, ApplyType="dynamic" if dynamic else "static")
