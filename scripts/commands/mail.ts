import { type Command, InvalidArgumentError } from 'commander';
import type { Run } from './action';

const DEFAULT_TIMEOUT_SECONDS = 1800;

/** Registers `mail status`, `mail verify`, `mail send-test` and `mail request-production`. */
export function registerMailCommands(program: Command, run: Run): void {
  const mail = program
    .command('mail')
    .description('see whether mail of an environment arrives, and what is still to be done for it')
    .addHelpText('after', '\nExample:\n  $ slipway mail status prod');
  registerStatus(mail, run);
  registerVerify(mail, run);
  registerSendTest(mail, run);
  registerRequestProduction(mail, run);
}

function registerStatus(mail: Command, run: Run): void {
  mail
    .command('status')
    .argument('<environment>', 'name of the environment, e.g. prod')
    .description('identity, DKIM, MAIL FROM, DMARC, sandbox and quota; exit 10 when something is to be done')
    .addHelpText('after', '\nExample:\n  $ slipway mail status prod')
    .action((environment: string) =>
      run(async context => (await import('./mail/status')).mailStatus({ environment })(context)),
    );
}

function registerVerify(mail: Command, run: Run): void {
  mail
    .command('verify')
    .argument('<environment>', 'name of the environment, e.g. prod')
    .description('wait until SES has verified the domain, DKIM and MAIL FROM; exit 5 when it does not in time')
    .option('--timeout <seconds>', 'how long to wait', seconds, DEFAULT_TIMEOUT_SECONDS)
    .addHelpText('after', '\nExample:\n  $ slipway mail verify prod --timeout 3600')
    .action((environment: string, options: { timeout: number }) =>
      run(async context =>
        (await import('./mail/verify')).mailVerify({ environment, timeoutSeconds: options.timeout })(context),
      ),
    );
}

function registerSendTest(mail: Command, run: Run): void {
  mail
    .command('send-test')
    .argument('<environment>', 'name of the environment, e.g. prod')
    .description('send one message as the application does')
    .option('--to <address>', "recipient (default: SES's mailbox simulator)")
    .addHelpText('after', '\nExample:\n  $ slipway mail send-test prod --to ops@example.org')
    .action((environment: string, options: { to?: string }) =>
      run(async context => (await import('./mail/send-test')).mailSendTest({ environment, ...options })(context)),
    );
}

function registerRequestProduction(mail: Command, run: Run): void {
  mail
    .command('request-production')
    .argument('<environment>', 'name of the environment, e.g. prod')
    .description('ask AWS to let the account out of the SES sandbox')
    .requiredOption('--website <url>', 'website that the mail belongs to')
    .requiredOption('--use-case <text>', 'what is sent, to whom, how they agreed, what happens with bounces')
    .option('--contact <email>', 'further address that AWS answers to')
    .option('--yes', 'do not ask for confirmation', false)
    .addHelpText(
      'after',
      '\nExample:\n  $ slipway mail request-production prod --website https://example.org \\\n' +
        '      --use-case "Order confirmations to customers who ordered; bounces are suppressed"',
    )
    .action((environment: string, options: { website: string; useCase: string; contact?: string; yes: boolean }) =>
      run(async context =>
        (await import('./mail/request-production')).mailRequestProduction({ environment, ...options })(context),
      ),
    );
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Allowed is a number of seconds from 1 to 999999.');
  return Number(text);
}
