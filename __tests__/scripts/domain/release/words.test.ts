import { asWord, parseWords } from '../../../../scripts/domain/release/words';
import { ExitCode } from '../../../../scripts/domain/exit-code';
import { SlipwayError } from '../../../../scripts/domain/slipway-error';
import { WATCH_LIMITS } from '../../../../scripts/domain/swarm/breach';

const change = { by: 'deploy', json: false };

describe('the words of a client', () => {
  it.each([
    ['apply', { verb: 'apply', json: false }],
    ['apply --json', { verb: 'apply', json: true }],
    ['plan --json', { verb: 'plan', json: true }],
    ['rollback', { verb: 'rollback', ...change }],
    ['rollback 202611.3', { verb: 'rollback', ...change, target: '202611.3' }],
    ['rollback #12 --json', { verb: 'rollback', ...change, target: '#12', json: true }],
    [
      'rollback --stack webshop-prod 16.03.1b',
      { verb: 'rollback', ...change, stack: 'webshop-prod', target: '16.03.1b' },
    ],
    [
      'rollback --by jan%20jansen --reason b%C3%A4d%20basket --run-url https://ci.example.org/run/1',
      {
        verb: 'rollback',
        ...change,
        by: 'jan jansen',
        reason: 'b\u00e4d basket',
        runUrl: 'https://ci.example.org/run/1',
      },
    ],
    ['status', { verb: 'status', json: false }],
    ['status --json --stack webshop-dev', { verb: 'status', stack: 'webshop-dev', json: true }],
    ['show', { verb: 'show', json: false }],
    ['show --stack webshop-dev #12 --json', { verb: 'show', stack: 'webshop-dev', target: '#12', json: true }],
    ['releases', { verb: 'releases', limit: 20, json: false }],
    ['releases --limit 200', { verb: 'releases', limit: 200, json: false }],
    ['audit', { verb: 'audit', limit: 50, json: false }],
    ['audit --limit 7 --stack webshop-prod', { verb: 'audit', limit: 7, stack: 'webshop-prod', json: false }],
    ['logs web', { verb: 'logs', service: 'web', lines: 100, json: false }],
    ['logs --lines 1000 web-blue', { verb: 'logs', service: 'web-blue', lines: 1000, json: false }],
    ['watch', { verb: 'watch', ...change, minutes: 10, only: false, limits: WATCH_LIMITS }],
    [
      'watch --minutes 120 --only --by jan --restarts 0 --slow-ms 900 --slow-times 5',
      {
        ...{ verb: 'watch', ...change, by: 'jan', minutes: 120, only: true },
        limits: { ...WATCH_LIMITS, restarts: 0, slowMs: 900, slowTimes: 5 },
      },
    ],
    [
      'watch --error-percent 0 --error-times 2 --requests 1',
      {
        ...{ verb: 'watch', ...change, minutes: 10, only: false },
        limits: { ...WATCH_LIMITS, errorPercent: 0, errorTimes: 2, requests: 1 },
      },
    ],
    ['exec web -- php -v', { verb: 'exec', ...change, service: 'web', command: ['php', '-v'] }],
    [
      'exec web-green --by jan --stack webshop-prod -- sh -c echo%20%22%24HOME%22%3B%0Aid --json --stack x -- %E2%82%AC',
      {
        ...{ verb: 'exec', ...change, by: 'jan', stack: 'webshop-prod', service: 'web-green' },
        command: ['sh', '-c', 'echo "$HOME";\nid', '--json', '--stack', 'x', '--', '\u20ac'],
      },
    ],
    ['lock --reason by%20hand', { verb: 'lock', ...change, reason: 'by hand', minutes: 60 }],
    ['lock --minutes 5 --reason x', { verb: 'lock', ...change, reason: 'x', minutes: 5 }],
    ['unlock', { verb: 'unlock', ...change }],
    ['maintenance on', { verb: 'maintenance', ...change, on: true, allowIps: [] }],
    [
      'maintenance on --allow-ip 203.0.113.7 --allow-ip 2001:db8::/32',
      { verb: 'maintenance', ...change, on: true, allowIps: ['203.0.113.7', '2001:db8::/32'] },
    ],
    ['maintenance off', { verb: 'maintenance', ...change, on: false, allowIps: [] }],
    ['canary promote', { verb: 'canary', ...change, decision: 'promote' }],
    ['canary drop', { verb: 'canary', ...change, decision: 'drop' }],
    ['continue', { verb: 'continue', ...change }],
    ['abort', { verb: 'abort', ...change }],
    ['scale web=2 worker=0', { verb: 'scale', ...change, replicas: { web: 2, worker: 0 } }],
    ['scale --stack webshop-prod web=100', { verb: 'scale', ...change, stack: 'webshop-prod', replicas: { web: 100 } }],
    ['prune', { verb: 'prune', ...change }],
    ['resume', { verb: 'resume', json: false }],
    ['tidy', { verb: 'tidy', json: false }],
    ['runbook --stack webshop-prod', { verb: 'runbook', stack: 'webshop-prod', json: false }],
    ['version', { verb: 'version', json: false }],
  ])('%s', (line, request) => {
    expect(parseWords(line)).toEqual(request);
  });

  it.each(['migration by hand', "it's 100% (sure)!* ~", 'caf\u00e9 \u{1f680} --json', '#1 a=b/c:d'])(
    'carry %s as one word',
    text => {
      const request = parseWords(`lock --reason ${asWord(text)}`);
      expect(request).toEqual({ verb: 'lock', ...change, reason: text, minutes: 60 });
    },
  );
});

/** What somebody with a stolen key, or a tired person, would type. */
const REFUSED: readonly (readonly [line: string, names: string])[] = [
  // What sshd starts this way as well.
  ['', 'no verb'],
  ['scp -t /tmp', '"scp" is no verb'],
  ['scp -f /etc/shadow', '"scp" is no verb'],
  ['/usr/lib/openssh/sftp-server', 'is no verb'],
  ['sftp-server', '"sftp-server" is no verb'],
  ['internal-sftp', '"internal-sftp" is no verb'],
  ['rsync --server -e.LsfxC . /', '"rsync" is no verb'],
  ['git-upload-pack /srv', '"git-upload-pack" is no verb'],
  // Shells, and what they do.
  ['bash', '"bash" is no verb'],
  ['bash -c id', '"bash" is no verb'],
  ['sh -i', '"sh" is no verb'],
  ['sudo su', '"sudo" is no verb'],
  ['docker run -v /:/h', '"docker" is no verb'],
  ['cat /etc/shadow', '"cat" is no verb'],
  ['env SLIPWAY_NODE_CONFIG=/tmp/x deploy apply', '"env" is no verb'],
  ['SSH_ORIGINAL_COMMAND=apply deploy', 'is no verb'],
  ['status; id', '"status;" is no word'],
  ['status ; id', '";" is no word'],
  ['status && id', '"&&" is no word'],
  ['status || id', '"||" is no word'],
  ['status | tee', '"|" is no word'],
  ['status & id', '"&" is no word'],
  ['status > /etc/passwd', '">" is no word'],
  ['status < /etc/shadow', '"<" is no word'],
  ['status $(id)', '"$(id)" is no word'],
  ['status `id`', '"`id`" is no word'],
  ['status ${IFS}id', '"${IFS}id" is no word'],
  ['status $HOME', '"$HOME" is no word'],
  ['status *', '"*" is no word'],
  ['status ?', '"?" is no word'],
  ['status ~root', '"~root" is no word'],
  ['status {a,b}', '"{a,b}" is no word'],
  ['status "a"', 'is no word'],
  ["status 'a'", 'is no word'],
  ['status \\id', 'is no word'],
  ['status !!', '"!!" is no word'],
  ['status\nid', '"status\\nid" is no word'],
  ['status\r\nid', '"status\\r\\nid" is no word'],
  ['status\tid', '"status\\tid" is no word'],
  ['status\0', '"status\\u0000" is no word'],
  ['status\u001b[2J', 'is no word'],
  // Letters that look like others, and blanks that look like one.
  ['st\u0430tus', '"st\\u0430tus" is no word'],
  ['status\u00a0--json', '"status\\u00a0--json" is no word'],
  ['status \u2013json', '"\\u2013json" is no word'],
  ['\ufeffstatus', '"\\ufeffstatus" is no word'],
  [' status', '"" is no word'],
  ['status ', '"" is no word'],
  ['status  --json', '"" is no word'],
  // Too much of it.
  ['a'.repeat(401), 'more than 400 bytes'],
  [`lock --reason ${'x'.repeat(390)}`, 'more than 400 bytes'],
  ['\u00e9'.repeat(201), 'more than 400 bytes'],
  [Array(21).fill('status').join(' '), 'more than 20 words'],
  // Verbs that are none.
  ['STATUS', '"STATUS" is no verb, did you mean status?'],
  ['statsu', '"statsu" is no verb, did you mean status?'],
  ['--json', '"--json" is no verb'],
  ['--help', '"--help" is no verb'],
  ['__proto__', '"__proto__" is no verb'],
  ['constructor', '"constructor" is no verb'],
  ['toString', '"toString" is no verb'],
  // Verbs with other words than theirs.
  ['apply 202611.3', 'does not know "202611.3"'],
  ['apply --stack webshop-prod', 'does not know "--stack"'],
  ['apply --jsno', 'did you mean --json?'],
  ['apply --json=true', 'does not know "--json=true"'],
  ['apply --json --json', 'has --json twice'],
  ['apply -- --json', 'does not know "--"'],
  ['show 1 2', 'does not know "2"'],
  ['show ../x', 'has "../x" as target'],
  ['rollback 1 2', 'does not know "2"'],
  ['rollback ../../etc', 'has "../../etc" as target'],
  ['rollback #', 'has "#" as target'],
  ['rollback #-1', 'has "#-1" as target'],
  ['rollback -1', 'has "-1" as target'],
  ['status --stack', 'needs a value behind --stack'],
  ['status --stack --json', 'needs a value behind --stack'],
  ['status --stack a --stack b', 'has --stack twice'],
  ['status --stack ../x', 'has "../x" as --stack'],
  ['status --stack Webshop', 'has "Webshop" as --stack'],
  ['status --stack=webshop', 'does not know "--stack=webshop"'],
  ['releases --limit 0', 'has "0" as --limit'],
  ['releases --limit 201', 'has "201" as --limit'],
  ['releases --limit -5', 'has "-5" as --limit'],
  ['releases --limit 1e3', 'has "1e3" as --limit'],
  ['logs', 'needs a service'],
  ['logs web --lines 1001', 'has "1001" as --lines'],
  ['logs web --follow', 'does not know "--follow"'],
  ['logs ../web', 'has "../web" as service'],
  ['logs -f', 'has "-f" as service'],
  ['watch web', 'does not know "web"'],
  ['watch --minutes 0', 'has "0" as --minutes'],
  ['watch --minutes 121', 'has "121" as --minutes'],
  ['watch --only --only', 'has --only twice'],
  ['watch --only=true', 'does not know "--only=true"'],
  ['watch --error-percent 101', 'has "101" as --error-percent'],
  ['watch --error-percent 0.5', 'has "0.5" as --error-percent'],
  ['watch --error-times 0', 'has "0" as --error-times'],
  ['watch --requests 0', 'has "0" as --requests'],
  ['watch --slow-ms 60001', 'has "60001" as --slow-ms'],
  ['watch --slow-times 1001', 'has "1001" as --slow-times'],
  ['watch --restarts -1', 'has "-1" as --restarts'],
  ['exec', 'needs -- and a command'],
  ['exec web', 'needs -- and a command'],
  ['exec web --', 'needs -- and a command'],
  ['exec -- id', 'needs a service'],
  ['exec web php -- -v', 'does not know "php"'],
  ['exec --privileged web -- id', 'needs a service'],
  ['exec web --user root -- id', 'does not know "--user"'],
  ['exec web -- id;reboot', '"id;reboot" is no word'],
  ['exec web -- $(id)', '"$(id)" is no word'],
  ['exec web -- a%00b', 'has "a%00b" as argument'],
  ['exec web -- %E9', 'has "%E9" as argument'],
  ['exec web -- %', 'has "%" as argument'],
  ['exec ../web -- id', 'has "../web" as service'],
  ['exec webshop-prod_web -- id', 'has "webshop-prod_web" as service'],
  ['exec --json web -- id', 'leave --json out'],
  ['exec web --by %0A -- id', 'has "%0A" as --by'],
  [`exec web -- ${'x'.repeat(390)}`, 'more than 400 bytes'],
  [`exec web -- ${Array(18).fill('x').join(' ')}`, 'more than 20 words'],
  ['lock', 'needs --reason'],
  ['lock --reason', 'needs a value behind --reason'],
  ['lock --reason %', 'has "%" as --reason'],
  ['lock --reason %E9', 'has "%E9" as --reason'],
  ['lock --reason a%0Ab', 'has "a%0Ab" as --reason'],
  ['lock --reason a%00b', 'has "a%00b" as --reason'],
  ['lock --reason %1B%5B2J', 'has "%1B%5B2J" as --reason'],
  ['lock --reason a%E2%80%AEb', 'as --reason'],
  ['lock --reason %20', 'has "%20" as --reason'],
  [`lock --reason ${'x'.repeat(201)}`, 'as --reason'],
  ['lock --reason x --minutes 0', 'has "0" as --minutes'],
  ['lock --reason x --minutes 1441', 'has "1441" as --minutes'],
  ['maintenance', 'needs a state'],
  ['maintenance maybe', 'has "maybe" as state'],
  ['maintenance off --allow-ip 203.0.113.7', 'off lets everybody in'],
  ['maintenance on --allow-ip 0.0.0.0/0', 'has "0.0.0.0/0" as --allow-ip'],
  ['maintenance on --allow-ip ::/0', 'has "::/0" as --allow-ip'],
  ['maintenance on --allow-ip 203.0.113.256', 'as --allow-ip'],
  ['maintenance on --allow-ip 203.0.113', 'as --allow-ip'],
  ['maintenance on --allow-ip 203.0.113.07', 'as --allow-ip'],
  ['maintenance on --allow-ip 203.0.113.7/33', 'as --allow-ip'],
  ['maintenance on --allow-ip 203.0.113.7/24/24', 'as --allow-ip'],
  ['maintenance on --allow-ip 2001:db8:::1', 'as --allow-ip'],
  ['maintenance on --allow-ip example.org', 'as --allow-ip'],
  ['canary', 'needs a decision'],
  ['canary start', 'has "start" as decision'],
  ['continue 1', 'does not know "1"'],
  ['scale', 'needs a service with its number of tasks'],
  ['scale web', 'has "web" as count'],
  ['scale web=', 'has "web=" as count'],
  ['scale web=-1', 'has "web=-1" as count'],
  ['scale web=101', 'has "web=101" as count'],
  ['scale web=1 web=2', 'has web twice'],
  ['scale __proto__=1', 'has "__proto__=1" as count'],
  ['prune --all', 'does not know "--all"'],
  ['version --by jan', 'does not know "--by"'],
];

describe('words that are refused', () => {
  it('are many', () => {
    expect(REFUSED.length).toBeGreaterThan(60);
  });

  it.each(REFUSED)('%j', (line, names) => {
    const failure = failureOf(line);
    expect(failure?.message).toContain(names);
    expect(failure?.exitCode).toBe(ExitCode.Usage);
    // One line, and nothing in it that a terminal would obey.
    expect(failure?.message).toMatch(/^[\x20-\x7e]+$/);
  });

  it('come with the list of verbs', () => {
    expect(failureOf('id')?.message).toContain(
      'the verbs are apply, plan, rollback, status, show, releases, audit, logs, watch, exec, lock, unlock, maintenance, canary, continue, abort, scale, prune, resume, tidy, runbook, version',
    );
  });
});

function failureOf(line: string): SlipwayError | undefined {
  try {
    parseWords(line);
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}
