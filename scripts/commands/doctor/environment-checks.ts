import type { Environment } from '../../../stacks/environments/environment';
import type { Check, Verdict } from '../../domain/doctor/check';
import { delegationVerdict } from '../../domain/doctor/delegation';
import { assertDomain } from '../../domain/mail/domain-name';
import { mailReport, thingsToDo } from '../../domain/mail/mail-report';
import { gatherMailFacts } from '../mail/mail-facts';
import type { DoctorPorts } from './doctor-ports';

/** What an environment needs of the world outside: a delegated domain, and mail that arrives. */
export function environmentChecks(ports: DoctorPorts, environment: Environment): readonly Check[] {
  return [
    { name: `domain of ${environment.name}`, run: () => delegation(ports, environment) },
    { name: `mail of ${environment.name}`, run: () => mail(ports, environment) },
  ];
}

async function delegation({ zones, dns, emulated }: DoctorPorts, environment: Environment): Promise<Verdict> {
  assertDomain(environment);
  const { domain } = environment;
  if (emulated) return { state: 'skipped', detail: `nobody delegates ${domain} to an emulated AWS` };
  return delegationVerdict(domain, await zones.named(domain), await dns.lookUp(domain, 'NS'));
}

async function mail(ports: DoctorPorts, environment: Environment): Promise<Verdict> {
  assertDomain(environment);
  const facts = await gatherMailFacts(environment, ports.mail, ports.dns);
  if (!facts.identity) {
    return { state: 'skipped', detail: `SES in ${facts.region} does not know ${environment.domain} yet` };
  }
  const steps = thingsToDo(mailReport(environment, facts));
  if (steps.length === 0)
    return { state: 'ok', detail: `${environment.domain} is verified, signed and may be sent from` };
  const detail = steps.length === 1 ? 'one thing is to be done' : `${steps.length} things are to be done`;
  return { state: 'not ok', detail, next: `run \`slipway mail status ${environment.name}\`` };
}
