import type { Environment } from '../../../stacks/environments/environment';
import { environmentNamed } from '../../../stacks/environments';
import { type MailService, MessageRejectedError } from '../../adapters/mail-service';
import type { Action } from '../action';
import { ExitCode } from '../../domain/exit-code';
import { assertDomain } from '../../domain/mail/domain-name';
import { assertAddress, domainOf, isSimulator, mayWriteTo, SIMULATOR } from '../../domain/mail/recipients';
import { SlipwayError } from '../../domain/slipway-error';
import { mailPorts } from './mail-ports';

export interface MailSendTestOptions {
  readonly environment: string;
  /** @default - SES's mailbox simulator */
  readonly to?: string;
}

/** `slipway mail send-test`: one message, the way the application's messages go. */
export function mailSendTest(options: MailSendTestOptions, ports = mailPorts): Action {
  return async context => {
    const environment = environmentNamed(options.environment);
    assertDomain(environment);
    const to = options.to ?? SIMULATOR;
    assertAddress('--to', to);
    assertOnList(environment, to);

    const { service } = ports(context);
    const configurationSet = await assertMaySend(environment, service);
    await assertReachable(environment, service, to);
    const from = `${environment.mail.senderLocalPart}@${environment.domain}`;
    const route = `from ${from} to ${to} through ${configurationSet ?? 'no configuration set'}`;
    if (context.dryRun) {
      context.output.print(`would send a message ${route}`);
      context.output.json({ wouldSend: { from, to, configurationSet } });
      return ExitCode.Done;
    }

    const message = {
      from,
      to,
      subject: `Test message of ${environment.name}`,
      text: `Sent by "slipway mail send-test ${environment.name}". If you read this, mail from ${environment.domain} arrives.`,
      ...(configurationSet !== undefined && { configurationSet }),
    };
    const messageId = await service.send(message).catch((error: unknown) => {
      if (!(error instanceof MessageRejectedError)) throw error;
      throw refused(
        `SES rejected the message ${route} (${error.reason})`,
        `run \`slipway mail status ${environment.name}\``,
      );
    });
    context.output.print(`sent ${messageId} ${route}`);
    context.output.json({ messageId, from, to, configurationSet });
    return ExitCode.Done;
  };
}

/** A test system must not write to customers, not even by hand. */
function assertOnList({ name, mail }: Environment, to: string): void {
  const list = mail.allowedRecipients;
  if (!list || mayWriteTo(to, list)) return;
  const reason = `${name} may not write to ${to}, allowed is ${list.join(', ')}`;
  throw refused(reason, `add it to mail.allowedRecipients in stacks/environments/${name}.ts`);
}

/** @returns the configuration set that messages of the domain go through */
async function assertMaySend({ name, domain }: Environment, service: MailService): Promise<string | undefined> {
  const identity = await service.identity(domain);
  if (!identity) throw refused(`SES in ${service.region} does not know ${domain}`, `run \`npx cdktf deploy ${name}\``);
  if (identity.verified) return identity.configurationSet;
  throw refused(`${domain} is not verified yet`, `run \`slipway mail verify ${name}\``);
}

/** In the sandbox SES takes messages for verified recipients and its simulator only. */
async function assertReachable({ name }: Environment, service: MailService, to: string): Promise<void> {
  if (isSimulator(to)) return;
  const [account, verified] = await Promise.all([service.account(), service.verified([to, domainOf(to)])]);
  if (account.production || verified.length > 0) return;
  throw refused(
    `SES in ${service.region} is in the sandbox and ${to} is not a verified recipient`,
    `run \`slipway mail request-production ${name} --website <url> --use-case <text>\`, ` +
      `or verify the one recipient with \`aws ses verify-email-identity --email-address ${to}\``,
  );
}

function refused(reason: string, next: string): SlipwayError {
  return new SlipwayError(`${reason}; ${next}`, ExitCode.Refused);
}
