"""moto's server, plus the answers that Terraform's AWS provider and the AWS SDKs need and moto 5.2.5 does not give.

    python scripts/rehearsal/emulator -H 127.0.0.1 -p 5000

Each function in the files beside this one mends one shortcoming and names it. State that moto does not keep is put onto
moto's own objects, so a reset clears it too. To try a new release of moto, delete a function and run the rehearsal.
"""
import sys

import boot
import ec2
import others
import rds
import ses
from lost_answers import LostAnswers

MENDS = (
    ses.ses_configuration_set,
    ses.ses_identity,
    ses.ses_operations,
    rds.rds_instance,
    rds.rds_parameter_group,
    ec2.ec2_instance,
    ec2.ec2_security_group_rule,
    ec2.ec2_vpc_endpoint,
    ec2.ec2_instance_connect_endpoint,
    ec2.ec2_account_settings,
    others.s3_policy_conditions,
    others.iam_service_credentials,
    others.ssm_debian_image,
    others.route53_changes,
    others.sqs_redrive_policy,
    others.budgets,
    boot.node_boot,
)

if __name__ == "__main__":
    for mend in MENDS:
        mend()
    # Importing the server fixes the routes, so it comes after the mends that add some.
    from moto import server

    serve = server.run_simple
    server.run_simple = lambda host, port, application, **options: serve(host, port, LostAnswers(application), **options)
    server.main(sys.argv[1:])
