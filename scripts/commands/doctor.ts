import { environmentNamed, environments } from '../../stacks/environments';
import type { Action } from './action';
import { runChecks } from '../domain/doctor/check';
import { findingLine } from '../domain/doctor/finding';
import { ExitCode } from '../domain/exit-code';
import { accountChecks } from './doctor/account-checks';
import { doctorPorts } from './doctor/doctor-ports';
import { environmentChecks } from './doctor/environment-checks';
import { toolChecks } from './doctor/tool-checks';

/** The stack that an AWS account has once. */
const ACCOUNT_STACK = 'account';

/** `slipway doctor`: everything that a deployment needs, each thing on one line with what to do about it. Changes nothing. */
export function doctor(options: { readonly environment?: string }, ports = doctorPorts): Action {
  return async context => {
    const chosen = options.environment === undefined ? environments : [environmentNamed(options.environment)];
    const outside = ports(context);
    const checks = [
      ...toolChecks(context),
      ...accountChecks(outside, [ACCOUNT_STACK, ...chosen.map(({ name }) => name)]),
      ...chosen.flatMap(environment => environmentChecks(outside, environment)),
    ];
    const findings = await runChecks(checks, finding => {
      context.output.print(findingLine(finding));
      context.output.json(finding);
    });
    return findings.some(finding => finding.state === 'not ok') ? ExitCode.Usage : ExitCode.Done;
  };
}
