import type { Finding } from '../../../../scripts/domain/doctor/finding';
import type { MailFacts } from '../../../../scripts/domain/mail/mail-facts';
import { mailReport, thingsToDo, verification } from '../../../../scripts/domain/mail/mail-report';
import { dev } from '../../../../stacks/environments/dev';
import { prod } from '../../../../stacks/environments/prod';
import { productionAccount, verifiedIdentity } from '../../../support/mail-world';

const inOrder: MailFacts = {
  region: 'eu-central-1',
  identity: verifiedIdentity,
  account: productionAccount,
  records: {
    dkim: ['one', 'two', 'three'].map(token => ({ records: [`${token}.dkim.amazonses.com`] })),
    mailFromMx: { records: ['10 feedback-smtp.eu-central-1.amazonses.com'] },
    mailFromTxt: { records: ['some-verification=1', 'v=spf1 include:amazonses.com -all'] },
    dmarcTxt: { records: ['v=DMARC1; p=none; rua=mailto:dmarc@example.org'] },
  },
};

function report(changes: Partial<MailFacts>, environment = prod): readonly Finding[] {
  return mailReport(environment, { ...inOrder, ...changes });
}

function notOk(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state === 'not ok').map(({ name }) => name);
}

function records(changes: Partial<MailFacts['records']>): string[] {
  return notOk(report({ records: { ...inOrder.records, ...changes } }));
}

test('has nothing to do when everything is in order', () => {
  const findings = report({});
  expect(notOk(findings)).toEqual([]);
  expect(thingsToDo(findings)).toEqual([]);
  expect(findings.map(({ name }) => name)).toEqual([
    'identity',
    'dkim',
    'dkim record 1',
    'dkim record 2',
    'dkim record 3',
    'mail from',
    'mail from mx',
    'mail from spf',
    'dmarc',
    'sandbox',
    'sending',
    'quota',
  ]);
});

test('every thing that is not ok says what to do', () => {
  const worst = report({
    identity: { verified: false, dkim: { status: 'FAILED', tokens: ['one'], keyZone: 'dkim.amazonses.com' } },
    account: {
      production: false,
      sendingEnabled: false,
      enforcement: 'SHUTDOWN',
      quota: { perDay: 200, perSecond: 1, usedInLastDay: 200 },
    },
    records: {
      dkim: [{ records: [] }],
      mailFromMx: { records: [] },
      mailFromTxt: { records: [] },
      dmarcTxt: { records: [] },
    },
  });
  for (const finding of worst) {
    expect(finding).toMatchObject({ state: 'not ok', next: expect.stringMatching(/\w/) as string });
  }
});

test('without an identity it asks for a deployment and looks at no proofs', () => {
  const { region, account, records: published } = inOrder;
  const findings = mailReport(prod, { region, account, records: published });
  expect(findings.slice(0, 2).map(({ name, state }) => `${name} ${state}`)).toEqual([
    'identity not ok',
    'dkim skipped',
  ]);
  expect(thingsToDo(findings)).toEqual(['run `npx cdktf deploy prod`']);
});

test('a DKIM record that is missing, of somebody else or not answered for is not ok; case and dots do not matter', () => {
  const right = { records: ['ONE.dkim.amazonses.com.'] };
  expect(records({ dkim: [right, ...inOrder.records.dkim.slice(1)] })).toEqual([]);
  expect(records({ dkim: [right, { records: [] }, { records: ['two.dkim.example.com'] }] })).toEqual([
    'dkim record 2',
    'dkim record 3',
  ]);
  expect(records({ dkim: [{ unanswered: 'ETIMEOUT' }, ...inOrder.records.dkim.slice(1)] })).toEqual(['dkim record 1']);
});

test('the keys are looked for where SES publishes them', () => {
  const dkim = { ...verifiedIdentity.dkim, keyZone: 'dkim.eu-central-1.amazonses.com' };
  expect(notOk(report({ identity: { ...verifiedIdentity, dkim } }))).toEqual([
    'dkim record 1',
    'dkim record 2',
    'dkim record 3',
  ]);
});

test.each([
  ['a second MX', { mailFromMx: { records: ['10 feedback-smtp.eu-central-1.amazonses.com', '20 mx.example.org'] } }],
  ['the MX of another region', { mailFromMx: { records: ['10 feedback-smtp.us-east-1.amazonses.com'] } }],
  ['no MX', { mailFromMx: { records: [] } }],
])('%s is not ok', (_what, change) => {
  expect(records(change)).toEqual(['mail from mx']);
});

test.each([
  ['SPF without SES', ['v=spf1 -all']],
  ['SPF that only looks like SES', ['v=spf1 include:amazonses.com.example.net -all']],
  ['two SPF records', ['v=spf1 include:amazonses.com -all', 'v=spf1 -all']],
  ['no SPF', ['hello']],
])('%s is not ok', (_what, texts) => {
  expect(records({ mailFromTxt: { records: texts } })).toEqual(['mail from spf']);
});

describe('sandbox', () => {
  const sandbox = { ...productionAccount, production: false };

  test('is to be left by an environment that writes to anybody', () => {
    expect(thingsToDo(report({ account: sandbox }))[0]).toContain('slipway mail request-production prod');
  });

  test('suits an environment that writes to a list', () => {
    expect(notOk(report({ account: sandbox }, dev))).not.toContain('sandbox');
  });

  test.each([
    ['PENDING', 'case 7', 'wait'],
    ['DENIED', 'case 7', 'Support Center'],
    ['FAILED', 'did not reach AWS', 'request-production'],
  ] as const)('tells that a request is %s', (status, detail, next) => {
    const finding = report({ account: { ...sandbox, review: { status, caseId: '7' } } }).find(
      ({ name }) => name === 'sandbox',
    );
    expect(finding?.state).toBe('not ok');
    expect(finding?.detail).toContain(detail);
    expect(finding?.next).toContain(next);
  });
});

test('a quota that is nearly used up is not ok, one without limit is', () => {
  const quota = (perDay: number, usedInLastDay: number) =>
    notOk(report({ account: { ...productionAccount, quota: { perDay, perSecond: 14, usedInLastDay } } }));
  expect(quota(200, 159)).toEqual([]);
  expect(quota(200, 160)).toEqual(['quota']);
  expect(quota(-1, 1_000_000)).toEqual([]);
});

test('each thing to do is told once', () => {
  const findings = [1, 2].map(number => ({
    name: `n${number}`,
    state: 'not ok' as const,
    detail: '',
    next: 'the same',
  }));
  expect(thingsToDo(findings)).toEqual(['the same']);
});

test.each([
  ['done', true, 'SUCCESS', 'SUCCESS'],
  ['waiting', false, 'SUCCESS', 'SUCCESS'],
  ['waiting', true, 'PENDING', 'SUCCESS'],
  ['waiting', true, 'SUCCESS', 'TEMPORARY_FAILURE'],
  ['failed', true, 'SUCCESS', 'FAILED'],
  ['failed', false, 'FAILED', 'PENDING'],
] as const)('verification is %s for verified %s, DKIM %s, MAIL FROM %s', (expected, verified, dkim, mailFrom) => {
  expect(
    verification({
      verified,
      dkim: { ...verifiedIdentity.dkim, status: dkim },
      mailFrom: { domain: 'bounce.example.org', status: mailFrom },
    }),
  ).toBe(expected);
});
