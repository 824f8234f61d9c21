import { InvalidValueError } from '../../../constructs/invalid-value';
import { environmentNamed } from '../../../stacks/environments';
import type { ProductionRequest } from '../../adapters/mail-service';
import type { Action } from '../action';
import { ExitCode } from '../../domain/exit-code';
import { assertDomain } from '../../domain/mail/domain-name';
import type { MailAccount } from '../../domain/mail/mail-facts';
import { assertAddress } from '../../domain/mail/recipients';
import { SlipwayError } from '../../domain/slipway-error';
import type { Context } from '../context';
import { type MailPorts, mailPorts } from './mail-ports';

export interface MailRequestProductionOptions {
  readonly environment: string;
  /** Website that the mail belongs to. */
  readonly website: string;
  /** What is sent, to whom, how they agreed to it and what happens with bounces: people at AWS read this. */
  readonly useCase: string;
  /** @default - AWS answers to the account's address only */
  readonly contact?: string;
  /** Ask nothing. */
  readonly yes: boolean;
}

/** `slipway mail request-production`: asks AWS to let the account out of the SES sandbox, for transactional mail. */
export function mailRequestProduction(options: MailRequestProductionOptions, ports = mailPorts): Action {
  return async context => {
    const environment = environmentNamed(options.environment);
    assertDomain(environment);
    const request = requestOf(options);
    const { service, confirm } = ports(context);
    const { output } = context;

    const account = await service.account();
    if (account.production) {
      output.print(`SES in ${service.region} has left the sandbox already; there is nothing to ask for`);
      output.json({ production: true });
      return ExitCode.Done;
    }
    assertNotInReview(account);
    const what = `ask AWS for production access of SES in ${service.region} for ${request.websiteUrl}`;
    if (context.dryRun) {
      output.print(`would ${what}: "${request.useCase}"`);
      output.json({ wouldRequest: request });
      return ExitCode.Done;
    }
    if (!options.yes && !(await agreed(context, confirm, what))) {
      output.print('nothing was asked for');
      return ExitCode.Refused;
    }
    if (!(await service.requestProduction(request))) throw inReview();
    output.print(`asked; AWS answers by mail within about a day, see \`slipway mail status ${environment.name}\``);
    output.json({ production: false, review: 'PENDING' });
    return ExitCode.Done;
  };
}

function requestOf({ website, useCase, contact }: MailRequestProductionOptions): ProductionRequest {
  if (!/^https?:$/.test(URL.canParse(website) ? new URL(website).protocol : '')) {
    throw new InvalidValueError(
      '--website',
      website,
      'an address such as https://example.org',
      'correct it and repeat',
    );
  }
  if (useCase.trim() === '') {
    const allowed = 'what is sent, to whom, how they agreed and what happens with bounces';
    throw new InvalidValueError('--use-case', useCase, allowed, 'describe it in some sentences and repeat');
  }
  if (contact !== undefined) assertAddress('--contact', contact);
  return { websiteUrl: website, useCase: useCase.trim(), ...(contact !== undefined && { contactEmail: contact }) };
}

function assertNotInReview({ review }: MailAccount): void {
  if (review?.status === 'PENDING') throw inReview(review.caseId);
}

function inReview(caseId?: string): SlipwayError {
  const which = caseId === undefined ? '' : ` (case ${caseId})`;
  return new SlipwayError(
    `AWS is reviewing an earlier request${which}; wait for its answer, a second request is not taken`,
    ExitCode.Refused,
  );
}

async function agreed(context: Context, confirm: MailPorts['confirm'], what: string): Promise<boolean> {
  if (context.interactive) return confirm(`Shall I ${what}?`, context.signal);
  throw new SlipwayError(`this would ${what}, and nobody is there to agree; add --yes`);
}
