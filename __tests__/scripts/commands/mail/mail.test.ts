import type { Action } from '../../../../scripts/commands/action';
import { mailRequestProduction } from '../../../../scripts/commands/mail/request-production';
import { mailSendTest } from '../../../../scripts/commands/mail/send-test';
import { mailStatus } from '../../../../scripts/commands/mail/status';
import { mailVerify } from '../../../../scripts/commands/mail/verify';
import { ExitCode } from '../../../../scripts/domain/exit-code';
import type { MailIdentity } from '../../../../scripts/domain/mail/mail-facts';
import { MailWorld, productionAccount, verifiedIdentity } from '../../../support/mail-world';
import { outcomeOf } from '../../../support/outcome';
import { recordingContext } from '../../../support/recording-context';
import { VirtualClock } from '../../../support/virtual-clock';

const sandbox = { ...productionAccount, production: false };

/** Runs a command to its end, whichever way it tells its exit code. */
async function run(action: Action, context = recordingContext()) {
  const outcome = await outcomeOf(action(context));
  return { ...outcome, context, text: context.printed.join('\n') };
}

describe('mail status', () => {
  test('ends with 0 when mail arrives', async () => {
    const { code, context } = await run(mailStatus({ environment: 'prod' }, new MailWorld().ports));
    expect(code).toBe(ExitCode.Done);
    expect(context.objects).toContainEqual(expect.objectContaining({ name: 'dkim', state: 'ok' }));
  });

  test('ends with 10 and a numbered list when something is to be done', async () => {
    const world = new MailWorld();
    world.account = sandbox;
    world.records = { ...world.records, 'two._domainkey.example.org CNAME': [] };
    const { code, text } = await run(mailStatus({ environment: 'prod' }, world.ports));
    expect(code).toBe(ExitCode.Changes);
    expect(text).toContain(
      '1. publish two._domainkey.example.org CNAME two.dkim.amazonses.com\n2. run `slipway mail request',
    );
  });

  test('a DNS that does not answer is told, not taken for missing records', async () => {
    const world = new MailWorld();
    world.unanswered = 'ETIMEOUT';
    const { code, text } = await run(mailStatus({ environment: 'prod' }, world.ports));
    expect(code).toBe(ExitCode.Changes);
    expect(text).toContain('the DNS did not answer for _dmarc.example.org (ETIMEOUT)');
    expect(text).not.toContain('does not exist');
  });
});

describe('mail verify', () => {
  const pending: MailIdentity = {
    ...verifiedIdentity,
    verified: false,
    dkim: { ...verifiedIdentity.dkim, status: 'PENDING' },
  };
  const verify = (world: MailWorld) => mailVerify({ environment: 'prod', timeoutSeconds: 60 }, world.ports);

  test('waits until SES accepts the domain, and tells each change once', async () => {
    const world = new MailWorld();
    world.identities = [pending, pending, verifiedIdentity];
    const { code, context } = await run(verify(world));
    expect(code).toBe(ExitCode.Done);
    expect(context.logged).toEqual([
      '0 s: domain not verified, DKIM PENDING, MAIL FROM SUCCESS',
      '20 s: domain verified, DKIM SUCCESS, MAIL FROM SUCCESS',
    ]);
  });

  test('ends with 5 and what is open when the time is over', async () => {
    const world = new MailWorld();
    world.identities = [pending];
    world.records = { ...world.records, 'one._domainkey.example.org CNAME': [] };
    const { code, message, text } = await run(verify(world));
    expect(code).toBe(ExitCode.VerificationFailed);
    expect(world.clock.now()).toBe(60_000);
    expect(message).toContain('DKIM PENDING');
    expect(text).toContain('one._domainkey.example.org does not exist');
  });

  test('does not wait when SES has given up, nor for a domain that SES does not know', async () => {
    const world = new MailWorld();
    world.identities = [{ ...pending, dkim: { ...pending.dkim, status: 'FAILED' } }];
    expect(await run(verify(world))).toMatchObject({ code: ExitCode.VerificationFailed });
    world.identities = [undefined];
    const { code, message } = await run(verify(world));
    expect(code).toBe(ExitCode.VerificationFailed);
    expect(message).toContain('run `npx cdktf deploy prod` first');
    expect(world.clock.now()).toBe(0);
  });

  test('ends with 5 when it is interrupted', async () => {
    const world = new MailWorld();
    const context = recordingContext();
    world.identities = [pending];
    world.clock = new VirtualClock(() => context.interruption.abort());
    const { code, message } = await run(verify(world), context);
    expect(code).toBe(ExitCode.VerificationFailed);
    expect(message).toContain('interrupted');
  });
});

describe('mail send-test', () => {
  const send = (world: MailWorld, environment: string, to?: string) =>
    mailSendTest({ environment, ...(to !== undefined && { to }) }, world.ports);

  test('sends to the simulator from the sender of the environment, through its configuration set', async () => {
    const world = new MailWorld();
    world.account = sandbox;
    const { code, context } = await run(send(world, 'prod'));
    expect(code).toBe(ExitCode.Done);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]).toMatchObject({
      from: 'no-reply@example.org',
      to: 'success@simulator.amazonses.com',
      configurationSet: 'webshop-prod',
    });
    expect(context.objects).toEqual([expect.objectContaining({ messageId: 'message-1' })]);
  });

  test('a dry run sends nothing', async () => {
    const world = new MailWorld();
    const { code, text } = await run(send(world, 'prod'), recordingContext({ dryRun: true }));
    expect(code).toBe(ExitCode.Done);
    expect(text).toContain('would send a message from no-reply@example.org');
    expect(world.sent).toEqual([]);
  });

  test('in the sandbox it refuses an unverified recipient with the command that leaves it', async () => {
    const world = new MailWorld();
    world.account = sandbox;
    const { code, message } = await run(send(world, 'prod', 'anna@example.com'));
    expect(code).toBe(ExitCode.Refused);
    expect(message).toContain('slipway mail request-production prod');
    expect(world.sent).toEqual([]);
  });

  test.each(['anna@example.com', 'example.com'])(
    'in the sandbox it writes to anna when %s is verified',
    async identity => {
      const world = new MailWorld();
      world.account = sandbox;
      world.verified = [identity];
      expect((await run(send(world, 'prod', 'anna@example.com'))).code).toBe(ExitCode.Done);
    },
  );

  test('a test system writes to its list only, in production as well', async () => {
    const world = new MailWorld();
    const { code, message } = await run(send(world, 'dev', 'customer@example.com'));
    expect(code).toBe(ExitCode.Refused);
    expect(message).toContain('stacks/environments/dev.ts');
    expect(world.sent).toEqual([]);
    expect((await run(send(world, 'dev', 'bounce@simulator.amazonses.com'))).code).toBe(ExitCode.Done);
  });

  test('refuses while the domain is not verified', async () => {
    const world = new MailWorld();
    world.identities = [{ ...verifiedIdentity, verified: false }];
    const { code, message } = await run(send(world, 'prod'));
    expect(code).toBe(ExitCode.Refused);
    expect(message).toContain('slipway mail verify prod');
  });
});

describe('mail request-production', () => {
  const options = { environment: 'prod', website: 'https://example.org', useCase: ' Order mails. ', yes: false };
  const request = (world: MailWorld, changes: Partial<typeof options & { contact: string }> = {}) =>
    mailRequestProduction({ ...options, ...changes }, world.ports);
  let world: MailWorld;

  beforeEach(() => {
    world = new MailWorld();
    world.account = sandbox;
  });

  test('asks AWS with --yes', async () => {
    const { code } = await run(request(world, { yes: true, contact: 'ops@example.org' }));
    expect(code).toBe(ExitCode.Done);
    expect(world.questions).toEqual([]);
    expect(world.requested).toEqual([
      { websiteUrl: 'https://example.org', useCase: 'Order mails.', contactEmail: 'ops@example.org' },
    ]);
  });

  test.each([
    [true, ExitCode.Done, 1],
    [false, ExitCode.Refused, 0],
  ])('at a terminal it does what the person answers: %s', async (answer, expected, requests) => {
    world.agrees = answer;
    const { code } = await run(request(world), recordingContext({ interactive: true }));
    expect(code).toBe(expected);
    expect(world.questions).toHaveLength(1);
    expect(world.requested).toHaveLength(requests);
  });

  test('without a terminal it wants --yes', async () => {
    const { code, message } = await run(request(world));
    expect(code).toBe(ExitCode.Usage);
    expect(message).toContain('add --yes');
    expect(world.requested).toEqual([]);
  });

  test('a dry run asks nobody', async () => {
    const { code } = await run(request(world), recordingContext({ dryRun: true }));
    expect(code).toBe(ExitCode.Done);
    expect(world.requested).toEqual([]);
  });

  test('has nothing to do in production', async () => {
    world.account = productionAccount;
    expect((await run(request(world, { yes: true }))).code).toBe(ExitCode.Done);
    expect(world.requested).toEqual([]);
  });

  test('refuses a second request while AWS reviews the first, whoever notices it', async () => {
    world.account = { ...sandbox, review: { status: 'PENDING', caseId: '7' } };
    const { code, message } = await run(request(world, { yes: true }));
    expect(code).toBe(ExitCode.Refused);
    expect(message).toContain('case 7');
    expect(world.requested).toEqual([]);

    world.account = sandbox;
    world.takesRequests = false;
    expect((await run(request(world, { yes: true }))).code).toBe(ExitCode.Refused);
  });

  test.each([
    ['--website', { website: 'example.org' }],
    ['--website', { website: 'ftp://example.org' }],
    ['--use-case', { useCase: ' ' }],
    ['--contact', { contact: 'ops' }],
  ])('fails when %s is wrong: %j', async (option, changes) => {
    const { code, message } = await run(request(world, { yes: true, ...changes }));
    expect(code).toBe(ExitCode.Usage);
    expect(message).toMatch(new RegExp(`^${option} is `));
    expect(world.requested).toEqual([]);
  });
});
