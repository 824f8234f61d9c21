import { environmentNamed } from '../../../stacks/environments';
import type { Action } from '../action';
import { stateLine } from '../../domain/doctor/finding';
import { ExitCode } from '../../domain/exit-code';
import { assertDomain } from '../../domain/mail/domain-name';
import { mailReport, thingsToDo } from '../../domain/mail/mail-report';
import { gatherMailFacts } from './mail-facts';
import { mailPorts } from './mail-ports';

/** `slipway mail status`: looks at SES and the DNS, changes nothing, and says what is still to be done. */
export function mailStatus(options: { readonly environment: string }, ports = mailPorts): Action {
  return async context => {
    const environment = environmentNamed(options.environment);
    assertDomain(environment);
    const { service, dns } = ports(context);
    context.output.log(`mail of ${environment.domain}: asking SES in ${service.region} and ${dns.source}`);

    const findings = mailReport(environment, await gatherMailFacts(environment, service, dns));
    for (const finding of findings) {
      context.output.print(stateLine(finding));
      context.output.json(finding);
    }
    const steps = thingsToDo(findings);
    if (steps.length === 0) return ExitCode.Done;
    context.output.print(['', 'To do:', ...steps.map((step, index) => `${index + 1}. ${step}`)].join('\n'));
    return ExitCode.Changes;
  };
}
