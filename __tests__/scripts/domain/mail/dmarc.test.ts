import { checkDmarc, parseDmarc } from '../../../../scripts/domain/mail/dmarc';

const wanted = { domain: 'example.org', policy: 'reject', reportsTo: 'dmarc@example.org' } as const;
const check = (...records: string[]) => checkDmarc('prod', wanted, { records });

describe('parseDmarc', () => {
  test('reads policy, report mailboxes and alignment', () => {
    expect(
      parseDmarc('v=DMARC1; p=quarantine; rua=mailto:a@example.org!10m, mailto:b@example.org; adkim=s; aspf=r'),
    ).toEqual({
      policy: 'quarantine',
      reportsTo: ['a@example.org', 'b@example.org'],
      dkimAlignment: 's',
      spfAlignment: 'r',
    });
  });

  test('alignment is relaxed and nobody gets reports unless the record says so', () => {
    expect(parseDmarc('v=DMARC1;p=none')).toEqual({
      policy: 'none',
      reportsTo: [],
      dkimAlignment: 'r',
      spfAlignment: 'r',
    });
  });

  test.each([
    ['another version', 'v=DMARC2; p=none'],
    ['no policy', 'v=DMARC1; rua=mailto:a@example.org'],
    ['an unknown policy', 'v=DMARC1; p=maybe'],
    ['the version in the second place', 'p=none; v=DMARC1'],
    ['SPF', 'v=spf1 -all'],
  ])('ignores %s, as receivers do', (_what, text) => {
    expect(parseDmarc(text)).toBeUndefined();
  });
});

describe('checkDmarc', () => {
  test('is ok when policy and reports are those of the environment', () => {
    expect(check('v=DMARC1; p=reject; rua=mailto:dmarc@example.org')).toMatchObject({ state: 'ok' });
  });

  test.each([
    ['policy', 'v=DMARC1; p=none; rua=mailto:dmarc@example.org', 'wants policy reject'],
    ['report mailbox', 'v=DMARC1; p=reject; rua=mailto:x@example.org', 'wants reports to dmarc@example.org'],
    ['strict SPF alignment', 'v=DMARC1; p=reject; rua=mailto:dmarc@example.org; aspf=s', 'strict SPF alignment'],
    ['unreadable record', 'v=DMARC1; p=maybe', 'receivers ignore'],
  ])('is not ok for another %s', (_what, record, detail) => {
    const finding = check(record);
    expect(finding.state).toBe('not ok');
    expect(finding.detail).toContain(detail);
  });

  test('is not ok without a record, nor with two of them', () => {
    expect(check('unrelated').detail).toContain('no DMARC record');
    expect(check('v=DMARC1; p=reject', 'v=DMARC1; p=none').detail).toContain('2 DMARC records');
  });

  test('tells a silent DNS from a missing record', () => {
    expect(checkDmarc('prod', wanted, { unanswered: 'ETIMEOUT' }).detail).toContain('did not answer');
  });
});
