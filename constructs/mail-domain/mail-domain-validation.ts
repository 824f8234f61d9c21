import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';
import { assertDomainName, isHostLabels } from '../web-domain/domain-name';
import { assertEmailAddress, isLocalPart } from '../web-domain/email-address';
import type { MailDomainProps } from './mail-domain';

/** SES allows 64 characters for a configuration set, IAM for a user; the longest suffix here has five. */
const NAME = /^[a-z][a-z0-9-]{0,58}$/;
const GENERATION = /^[a-z0-9]+$/;
/** IAM's limit of access keys for one user. */
const MAX_KEYS = 2;
const PARAMETER_PATH = /^(?:\/[A-Za-z0-9_.-]+)+$/;

/** @throws InvalidValueError for the first property that AWS would refuse, or that would surprise later */
export function assertMailDomainProps(props: MailDomainProps): void {
  assertName(props.name);
  assertDomainName('mail domain', props.domain);
  assertSender(props.senderLocalPart);
  assertEmailAddress('mailbox for dmarc reports', props.dmarcReportsTo);
  assertMailFromLabel(props.mailFromLabel);
  assertSmtpKeys(props.smtpKeys);
  assertRecipients(props.allowedRecipients);
  assertParameterPath(props.parameterPath);
}

function assertName(name: string): void {
  if (Token.isUnresolved(name) || NAME.test(name)) return;
  throw new InvalidValueError(
    'name',
    name,
    'up to 59 lower-case letters, digits and hyphens, beginning with a letter',
    'shorten the project or the environment name',
  );
}

function assertSender(localPart: string): void {
  if (Token.isUnresolved(localPart) || isLocalPart(localPart)) return;
  throw new InvalidValueError(
    'sender local part',
    localPart,
    'letters, digits and inner . _ + -',
    'write what stands before the @, like no-reply',
  );
}

function assertMailFromLabel(label: string | undefined): void {
  if (label === undefined || isHostLabels(label)) return;
  throw new InvalidValueError('mail-from label', label, 'a lower-case host label', 'write it like bounce');
}

function assertSmtpKeys(keys: readonly string[] | undefined): void {
  if (keys === undefined) return;
  const wellFormed = keys.every(key => GENERATION.test(key)) && new Set(keys).size === keys.length;
  if (wellFormed && keys.length >= 1 && keys.length <= MAX_KEYS) return;
  throw new InvalidValueError(
    'smtp keys',
    keys,
    'one or two different generations of lower-case letters and digits',
    'append one to rotate, remove the first once the application uses the new one',
  );
}

/** The part after the `@` is literal: a pattern there could match a domain that nobody meant. */
function assertRecipients(recipients: readonly string[] | undefined): void {
  if (recipients === undefined) return;
  const isRecipient = (value: string) => {
    const [local = '', domain = '', ...rest] = value.split('@');
    return rest.length === 0 && (local === '*' || isLocalPart(local.replaceAll('*', 'x'))) && isHostLabels(domain);
  };
  if (recipients.length > 0 && recipients.every(isRecipient)) return;
  throw new InvalidValueError(
    'allowed recipients',
    recipients,
    'one or more addresses, with * before the @ only',
    'write *@simulator.amazonses.com, or leave the list out to allow anybody',
  );
}

function assertParameterPath(path: string): void {
  if (PARAMETER_PATH.test(path)) return;
  throw new InvalidValueError(
    'parameter path',
    path,
    'an SSM parameter path without a trailing slash',
    'write it like /webshop/prod',
  );
}
