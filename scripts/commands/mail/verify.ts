import type { Environment } from '../../../stacks/environments/environment';
import { environmentNamed } from '../../../stacks/environments';
import { poll } from '../../adapters/clock';
import type { Action } from '../action';
import { findingLine } from '../../domain/doctor/finding';
import { ExitCode } from '../../domain/exit-code';
import { assertDomain } from '../../domain/mail/domain-name';
import type { MailFacts, MailIdentity } from '../../domain/mail/mail-facts';
import { mailReport, verification } from '../../domain/mail/mail-report';
import { SlipwayError } from '../../domain/slipway-error';
import type { Context } from '../context';
import { gatherMailFacts } from './mail-facts';
import { mailPorts } from './mail-ports';

/** SES looks for the records every few minutes; asking it more often finds nothing out. */
const INTERVAL_MS = 10_000;

export interface MailVerifyOptions {
  readonly environment: string;
  readonly timeoutSeconds: number;
}

/** `slipway mail verify`: waits until SES has accepted the domain, its DKIM records and its MAIL FROM domain. */
export function mailVerify(options: MailVerifyOptions, ports = mailPorts): Action {
  return async context => {
    const environment = environmentNamed(options.environment);
    assertDomain(environment);
    const { service, dns, clock } = ports(context);
    const { output, signal } = context;
    const start = clock.now();
    let progress = '';

    const look = async () => {
      const identity = await service.identity(environment.domain);
      if (!identity) throw unknownDomain(environment, service.region);
      const seen = progressOf(identity);
      const elapsedSeconds = Math.round((clock.now() - start) / 1000);
      if (seen !== progress) {
        output.log(`${elapsedSeconds} s: ${seen}`);
        output.json({ elapsedSeconds, ...identity });
      }
      progress = seen;
      const state = verification(identity);
      return state === 'waiting' ? undefined : state;
    };

    const end = await poll(look, { clock, intervalMs: INTERVAL_MS, timeoutMs: options.timeoutSeconds * 1000, signal });
    if (end === 'done') {
      output.print(`${environment.domain} is verified: SES accepts the domain, DKIM and MAIL FROM`);
      return ExitCode.Done;
    }
    printOpen(context, environment, await gatherMailFacts(environment, service, dns));
    const why =
      end === 'failed'
        ? 'SES has given up on'
        : signal.aborted
          ? 'interrupted while waiting for'
          : 'no success in time for';
    throw new SlipwayError(
      `${why} ${environment.domain} (${progress}); mend what is not ok and repeat the command`,
      ExitCode.VerificationFailed,
    );
  };
}

function unknownDomain({ name, domain }: Environment, region: string): SlipwayError {
  const message = `SES in ${region} does not know ${domain}; run \`npx cdktf deploy ${name}\` first`;
  return new SlipwayError(message, ExitCode.VerificationFailed);
}

function progressOf({ verified, dkim, mailFrom }: MailIdentity): string {
  const accepted = verified ? 'verified' : 'not verified';
  return `domain ${accepted}, DKIM ${dkim.status}, MAIL FROM ${mailFrom?.status ?? 'not set'}`;
}

function printOpen({ output }: Context, environment: Environment, facts: MailFacts): void {
  for (const finding of mailReport(environment, facts)) {
    if (finding.state === 'not ok') output.print(findingLine(finding));
  }
}
