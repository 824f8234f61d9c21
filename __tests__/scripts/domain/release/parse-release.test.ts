import { ExitCode } from '../../../../scripts/domain/exit-code';
import { MAX_RELEASE_BYTES, parseRelease } from '../../../../scripts/domain/release/parse-release';
import { SlipwayError } from '../../../../scripts/domain/slipway-error';
import { changed } from '../../../support/changed';
import { digest, maximalRelease, minimalRelease, node, service } from '../../../support/release-documents';

const WEB = 'stack.services.web';

function failureOf(text: string): SlipwayError | undefined {
  try {
    parseRelease(text, node);
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}

function expectRefusal(text: string, message: string, exitCode: ExitCode): void {
  const failure = failureOf(text);
  expect(failure?.message).toContain(message);
  expect(failure?.exitCode).toBe(exitCode);
  // One line that ends with what to do.
  expect(failure?.message).toMatch(/^[\x20-\x7e]+; correct the release and hand it in again$/);
}

describe('a release', () => {
  it.each([
    ['minimal', minimalRelease],
    ['all', maximalRelease],
  ])('with %s settings is read as it was written', (_, release) => {
    expect(parseRelease(JSON.stringify(release, null, 2), node)).toEqual(release);
  });

  it.each([
    ['no route at all', changed(minimalRelease, 'manifest.routes', {})],
    ['an image without a tag', changed(minimalRelease, `${WEB}.image`, `web@${digest('b')}`)],
    [
      'an image of a registry with a port',
      changed(minimalRelease, `${WEB}.image`, `r.example.org:5000/a/web@${digest('b')}`),
    ],
    [
      'the same path on two hosts',
      withSecondRoute({ port: 1, hosts: ['example.org'] }, { port: 2, hosts: ['www.example.org'] }),
    ],
    ['a version in a path', changed(minimalRelease, 'manifest.check.version', { path: '/version?plain' })],
    ['a file of 500 KiB', withConfig('x'.repeat(500 * 1024))],
  ])('may have %s', (_, release) => {
    expect(parseRelease(JSON.stringify(release), node)).toEqual(release);
  });
});

/** Documents that are no release: exit code 2. */
const MALFORMED: readonly (readonly [what: string, at: string, value: unknown, message: string])[] = [
  ['another format', 'format', 2, 'format is 2, allowed is 1'],
  ['no manifest', 'manifest', undefined, 'manifest is missing, allowed is an object'],
  ['a manifest of null', 'manifest', null, 'manifest is null, allowed is an object'],
  ['a manifest that is a list', 'manifest', [], 'manifest is a list, allowed is an object'],
  ['an unknown part', 'stacks', {}, 'stacks is not known, did you mean stack?'],
  ['an unknown part of the manifest', 'manifest.cannary', 5, 'manifest.cannary is not known, did you mean canary?'],
  ['a name that nothing resembles', 'manifest.frobnicate', 5, 'frobnicate is not known, allowed are stack, version,'],
  ['a name of odd letters', 'manifest.a b\n', 5, 'manifest."a b\\n" is not known'],
  ['a number as stack', 'manifest.stack', 5, 'manifest.stack is 5, allowed is lower case letters'],
  ['a stack in capitals', 'manifest.stack', 'Webshop', 'manifest.stack is "Webshop"'],
  ['no version', 'manifest.version', undefined, 'manifest.version is missing, allowed is letters'],
  ['an empty version', 'manifest.version', '', 'manifest.version is ""'],
  ['a version with a path', 'manifest.version', '../1', 'manifest.version is "../1"'],
  ['a long version', 'manifest.version', '1'.repeat(61), 'allowed is 60 characters at most'],
  ['a short commit', 'manifest.commit', 'abc1234', 'allowed is 40 hexadecimal digits'],
  ['nobody', 'manifest.by', '', 'manifest.by is "", allowed is one line of printable text'],
  ['a line break in a name', 'manifest.by', 'jan\nroot', 'manifest.by is "jan\\nroot"'],
  ['an escape sequence', 'manifest.reason', 'a\u001b[2J', 'manifest.reason is "a\\u001b[2J"'],
  ['letters that turn the line around', 'manifest.reason', 'a\u202eb', 'manifest.reason is "a\\u202eb"'],
  ['a script as run', 'manifest.runUrl', 'javascript:alert(1)', 'allowed is an http or https URL'],
  ['a user in a run', 'manifest.runUrl', 'https://a:b@example.org/', 'allowed is an http or https URL'],
  ['half a level', 'manifest.migrationLevel', 1.5, 'allowed is a whole number from 0 to 999999'],
  ['a level below 0', 'manifest.migrationLevel', -1, 'allowed is a whole number from 0 to 999999'],
  ['no routes', 'manifest.routes', undefined, 'manifest.routes is missing, allowed is an object'],
  [
    'a route to nothing',
    'manifest.routes.shop',
    { port: 1 },
    'manifest.routes is "shop", allowed is a service of the stack: web',
  ],
  ['port 0', 'manifest.routes.web.port', 0, 'allowed is a whole number from 1 to 65535'],
  ['port 65536', 'manifest.routes.web.port', 65536, 'allowed is a whole number from 1 to 65535'],
  ['a port in quotes', 'manifest.routes.web.port', '80', 'manifest.routes.web.port is "80"'],
  ['no hosts', 'manifest.routes.web.hosts', [], 'hosts has 0 items, allowed are 1 to 100'],
  ['a host with a backquote', 'manifest.routes.web.hosts', ['a`) || Host(`b'], 'hosts[0] is "a`) || Host(`b"'],
  ['a host in capitals', 'manifest.routes.web.hosts', ['Example.org'], 'hosts[0] is "Example.org"'],
  ['a path without a slash', 'manifest.routes.web.paths', ['api'], 'paths[0] is "api", allowed is a path such as /api'],
  ['a path with a backquote', 'manifest.routes.web.paths', ['/a`'], 'paths[0] is "/a`"'],
  ['a path with two slashes', 'manifest.routes.web.paths', ['//a'], 'paths[0] is "//a"'],
  ['the same path twice', 'manifest.routes.web.paths', ['/a', '/a/'], 'leads to example.org/a/, as web does'],
  ['no check', 'manifest.check', undefined, 'manifest.check is missing'],
  ['a check of another site', 'manifest.check.path', 'http://example.org/', 'manifest.check.path is "http://'],
  ['a smoke path with a blank', 'manifest.check.smoke', ['/a b'], 'manifest.check.smoke[0] is "/a b"'],
  ['a version nowhere', 'manifest.check.version', {}, 'manifest.check.version.path is missing'],
  ['a version in two places', 'manifest.check.version', { path: '/v', header: 'X' }, 'version.path is not known'],
  ['a header with a colon', 'manifest.check.version', { header: 'X:' }, 'version.header is "X:"'],
  ['no checks in a row', 'manifest.check.times', 0, 'allowed is a whole number from 1 to 20'],
  ['an unknown strategy', 'manifest.strategy', 'blue-green', 'allowed is auto, colours, rolling'],
  ['a group of one', 'manifest.groups', [['web']], 'manifest.groups[0] has 1 items, allowed are 2 to 100'],
  [
    'a group with a stranger',
    'manifest.groups',
    [['web', 'shop']],
    'manifest.groups[0] is "shop", allowed is a service',
  ],
  ['a service twice in a group', 'manifest.groups', [['web', 'web']], 'name web twice'],
  ['no stages', 'manifest.stages', [], 'manifest.stages has 0 items'],
  ['an empty stage', 'manifest.stages', [[]], 'manifest.stages[0] has 0 items'],
  [
    'a stage for nobody',
    'manifest.stages',
    [['web'], ['shop*']],
    'stages[1] is "shop*", allowed is what matches a service: web',
  ],
  ['a service in two stages', 'manifest.stages', [['web'], ['w*']], 'have web in stages 1 and 2'],
  ['a stage of odd letters', 'manifest.stages', [['we.b']], 'manifest.stages[0][0] is "we.b"'],
  ['a pause in one stage', 'manifest.pause', true, 'manifest.pause needs two stages at least'],
  ['a canary of all', 'manifest.canary', 100, 'allowed is a whole number from 1 to 99'],
  ['a canary of nobody', 'manifest.canary', 0, 'allowed is a whole number from 1 to 99'],
  [
    'a hook of no service',
    'manifest.hooks',
    { preSwitch: [{ service: 'shop', command: ['a'] }] },
    'preSwitch[0].service is "shop"',
  ],
  [
    'a hook that does nothing',
    'manifest.hooks',
    { postDeploy: [{ service: 'web', command: [] }] },
    'command has 0 items',
  ],
  [
    'a hook in one string',
    'manifest.hooks',
    { postDeploy: [{ service: 'web', command: 'a b' }] },
    'is "a b", allowed is a list',
  ],
  ['a hook at another time', 'manifest.hooks', { post_deploy: [] }, 'did you mean postDeploy?'],
  ['a deadline of a second', 'manifest.deadlineSeconds', 1, 'allowed is a whole number from 10 to 3600'],
  ['an endless watch', 'manifest.watchSeconds', 3601, 'allowed is a whole number from 0 to 3600'],
  ['a drain before now', 'manifest.drainSeconds', -1, 'allowed is a whole number from 0 to 600'],
  ['a keep of a week', 'manifest.keepMinutes', 10_080, 'allowed is a whole number from 0 to 1440'],
  ['endless downtime', 'manifest.maxDowntimeSeconds', 601, 'allowed is a whole number from 0 to 600'],
  [
    'a registry as URL',
    'manifest.registry',
    { server: 'https://r.example.org', username: 'a', passwordSecret: 'b' },
    'registry.server is',
  ],
  [
    'a password in the registry',
    'manifest.registry',
    { server: 'r.example.org', username: 'a', password: 'b' },
    'password is not known',
  ],
  ['no services', 'stack.services', {}, 'stack.services is empty'],
  ['a list of services', 'stack.services', [service('web')], 'stack.services is a list'],
  ['a service in capitals', 'stack.services.Web', service('web'), 'stack.services is "Web", allowed is lower case'],
  ['a service that ends in a hyphen', 'stack.services.web-', service('web'), 'stack.services is "web-"'],
  ['a service of 32 letters', `stack.services.${'a'.repeat(32)}`, service('web'), 'allowed is lower case letters'],
  [
    'a service with the name of a colour',
    'stack.services.web-blue',
    service('web'),
    'that the release program makes itself',
  ],
  [
    'a service with the name of a hook',
    'stack.services.hook-1',
    service('web'),
    'that the release program makes itself',
  ],
  [
    'the name of another stack',
    'stack.services.dev-web',
    service('web'),
    'same name for Traefik as a service of webshop-prod-dev',
  ],
  ['an unknown key of a service', `${WEB}.imgae`, 'x', 'stack.services.web.imgae is not known, did you mean image?'],
  ['no image', `${WEB}.image`, undefined, `${WEB}.image is missing, allowed is an image with its digest`],
  ['a short digest', `${WEB}.image`, 'web@sha256:abc', 'allowed is an image with its digest'],
  ['an image with a command', `${WEB}.image`, `web@${digest('a')} --privileged`, 'allowed is an image with its digest'],
  ['an image in capitals', `${WEB}.image`, `Web@${digest('a')}`, 'allowed is an image with its digest'],
  ['a command in one string', `${WEB}.command`, 'a b', 'command is "a b", allowed is a list'],
  ['NUL in a command', `${WEB}.command`, ['a\0'], 'command[0] is "a\\u0000", allowed is text without NUL'],
  ['half a letter in a command', `${WEB}.command`, ['\ud800'], 'command[0] is "\\ud800"'],
  ['a list as environment', `${WEB}.environment`, ['A=1'], 'environment is a list, allowed is an object'],
  ['a number in the environment', `${WEB}.environment`, { A: 1 }, 'environment.A is 1'],
  ['a variable from elsewhere', `${WEB}.environment`, { A: null }, 'environment.A is null'],
  ['a variable with a blank', `${WEB}.environment`, { 'A B': '1' }, 'environment is "A B", allowed is letters'],
  ['a health check in one string', `${WEB}.healthcheck.test`, 'curl', 'test is "curl", allowed is a list'],
  ['no health check', `${WEB}.healthcheck.test`, ['NONE'], 'test is no check'],
  ['a health check without a program', `${WEB}.healthcheck.test`, ['CMD'], 'test is no check'],
  ['two lines of a shell', `${WEB}.healthcheck.test`, ['CMD-SHELL', 'a', 'b'], 'test is no check'],
  [
    'an interval without a unit',
    `${WEB}.healthcheck.interval`,
    '5',
    'interval is "5", allowed is a duration such as 5s',
  ],
  ['an interval of 0', `${WEB}.healthcheck.interval`, '0s', 'interval is "0s"'],
  ['an interval as number', `${WEB}.healthcheck.interval`, 5, 'interval is 5'],
  ['no retries', `${WEB}.healthcheck.retries`, 0, 'allowed is a whole number from 1 to 100'],
  [
    'a route without a health check',
    `${WEB}.healthcheck`,
    undefined,
    'healthcheck is missing: a service with a route needs one',
  ],
  ['a grace of a minute', `${WEB}.stop_grace_period`, '1m', 'is "1m", allowed is a duration such as 30s, 55s at most'],
  ['a grace of 56 s', `${WEB}.stop_grace_period`, '56s', '55s at most'],
  ['a user with a blank', `${WEB}.user`, 'a b', 'user is "a b"'],
  ['a relative folder', `${WEB}.working_dir`, 'srv', 'working_dir is "srv"'],
  ['a folder that goes up', `${WEB}.working_dir`, '/srv/../etc', 'working_dir is "/srv/../etc"'],
  ['a signal by number', `${WEB}.stop_signal`, '9', 'stop_signal is "9"'],
  ['read_only in words', `${WEB}.read_only`, 'yes', 'read_only is "yes", allowed is true or false'],
  ['a tmpfs with options', `${WEB}.tmpfs`, ['/tmp:exec,suid'], 'tmpfs[0] is "/tmp:exec,suid"'],
  ['a tmpfs of no size', `${WEB}.tmpfs`, ['/tmp:size=big'], 'tmpfs[0] is "/tmp:size=big"'],
  [
    'a volume that is not declared',
    `${WEB}.volumes`,
    [{ type: 'volume', source: 'a', target: '/a' }],
    'source is "a", allowed is one that stack.volumes declares: none',
  ],
  [
    'a volume of another type',
    `${WEB}.volumes`,
    [{ type: 'tmpfs', source: 'a', target: '/a' }],
    'type is "tmpfs", allowed is volume',
  ],
  ['a volume at the root', `${WEB}.volumes`, [{ type: 'volume', source: 'a', target: '/' }], 'target is "/"'],
  [
    'a secret that is not declared',
    `${WEB}.secrets`,
    [{ source: 'a' }],
    'source is "a", allowed is one that stack.secrets declares: none',
  ],
  ['a secret in short', `${WEB}.secrets`, ['a'], 'secrets[0] is "a", allowed is an object'],
  ['a secret in another folder', `${WEB}.secrets`, [{ source: 'a', target: '../a' }], 'target is "../a"'],
  [
    'a config that is not declared',
    `${WEB}.configs`,
    [{ source: 'a', target: '/a' }],
    'source is "a", allowed is one that stack.configs',
  ],
  ['two things in one place', `${WEB}.tmpfs`, ['/tmp', '/tmp:size=1M'], 'mounts two things at /tmp'],
  [
    'no memory limit',
    `${WEB}.deploy.resources.limits.memory`,
    undefined,
    'limits.memory is missing, allowed is a size such as 256M',
  ],
  ['no limits', `${WEB}.deploy.resources.limits`, undefined, 'deploy.resources.limits is missing'],
  ['no deploy', `${WEB}.deploy`, undefined, 'web.deploy is missing'],
  [
    'a memory limit of nothing',
    `${WEB}.deploy.resources.limits.memory`,
    '1k',
    'memory is "1k", allowed is a size such as 256M, 6M at least',
  ],
  ['a memory limit as number', `${WEB}.deploy.resources.limits.memory`, 1e9, 'memory is 1000000000'],
  [
    'a reservation above the limit',
    `${WEB}.deploy.resources.reservations`,
    { memory: '129M' },
    'memory is "129M", allowed is the limit, 128M, at most',
  ],
  ['processors as number', `${WEB}.deploy.resources.limits.cpus`, 0.5, 'cpus is 0.5'],
  ['101 replicas', `${WEB}.deploy.replicas`, 101, 'allowed is a whole number from 0 to 100'],
  [
    'a constraint in other words',
    `${WEB}.deploy.placement`,
    { constraints: ['not on monday'] },
    'constraints[0] is "not on monday"',
  ],
  ['a volume for nobody', 'stack.volumes', { a: {} }, 'stack.volumes.a is used by no service, remove it'],
  ['a secret for nobody', 'stack.secrets', { a: {} }, 'stack.secrets.a is used by no service'],
  ['a config for nobody', 'stack.configs', { a: { content: '' } }, 'stack.configs.a is used by no service'],
  ['a config of nothing', 'stack.configs', { a: {} }, 'stack.configs.a.content is missing'],
  ['a long name in a long message', 'manifest.by', 'x'.repeat(500), `"${'x'.repeat(60)}..."`],
];

describe('a document that is no release', () => {
  it.each(MALFORMED)('fails with %s', (_, at, value, message) => {
    expectRefusal(JSON.stringify(changed(minimalRelease, at, value)), message, ExitCode.Usage);
  });

  it.each([
    ['nothing', '', 'the document is not JSON'],
    ['words', 'services:\n  web: {}', 'the document is not JSON'],
    ['a part of JSON', JSON.stringify(minimalRelease).slice(0, -1), 'the document is not JSON'],
    ['JSON with more behind it', `${JSON.stringify(minimalRelease)}{}`, 'the document is not JSON, see position'],
    ['a byte order mark', `\ufeff${JSON.stringify(minimalRelease)}`, 'the document is not JSON'],
    ['null', 'null', 'the document is null, allowed is an object'],
    ['a list', '[]', 'the document is a list'],
    ['a very deep list', '['.repeat(200_000) + ']'.repeat(200_000), 'the document is a list'],
    ['too much', JSON.stringify(minimalRelease).padEnd(MAX_RELEASE_BYTES + 1), `has ${MAX_RELEASE_BYTES + 1} bytes`],
    ['too much in two bytes a letter', `"${'\u00e9'.repeat(MAX_RELEASE_BYTES / 2)}"`, 'bytes, allowed are 1048576'],
    ['a key twice', '{"format":1,"manifest":{},"format":1}', 'has the key "format" twice'],
    ['a key twice in another spelling', '{"format":1,"\\u0066ormat":1}', 'has the key "format" twice'],
    ['a key twice deep inside', '{"a":[{"b":{"c":1,"d":[{"c":2}],"c" : 3}}]}', 'has the key "c" twice'],
    ['__proto__', '{"format":1,"__proto__":{"admin":true}}', '__proto__ is not known'],
    ['constructor', '{"stack":{"services":{"constructor":{}}}}', 'constructor is not known'],
    ['a disguised __proto__', '{"\\u005f_proto__":1}', '__proto__ is not known'],
  ])('fails with %s', (_, text, message) => {
    expectRefusal(text, message, ExitCode.Usage);
  });

  it('may have a release of exactly the limit', () => {
    expect(parseRelease(JSON.stringify(minimalRelease).padEnd(MAX_RELEASE_BYTES), node)).toEqual(minimalRelease);
  });

  it('takes the same name twice where it is not the same object', () => {
    const text = JSON.stringify(minimalRelease).replace('"by":"jan"', '"by":"a \\"by\\": {[,"');
    expect(parseRelease(text, node).manifest.by).toBe('a "by": {[,');
  });

  it('never shows what may be a secret', () => {
    const hidden = changed(minimalRelease, `${WEB}.environment`, { TOKEN: 'hunter2\0' });
    expect(failureOf(JSON.stringify(hidden))?.message).toContain('environment.TOKEN');
    expect(failureOf(`{"TOKEN": "hunter2" oops}`)?.message).not.toContain('hunter2');
  });
});

/** What a node does not do for anybody: exit code 9. */
const NOT_ALLOWED: readonly (readonly [what: string, at: string, value: unknown, reason: string])[] = [
  [
    'another stack',
    'manifest.stack',
    'blog-prod',
    'this node is for webshop-prod, webshop-prod-dev, not for blog-prod',
  ],
  ['a foreign host', 'manifest.routes.web.hosts', ['example.com'], 'example.com is no host name of this stack'],
  ["another stack's host", 'manifest.routes.web.hosts', ['dev.example.org'], 'those are example.org, www.example.org'],
  ['an image by tag', `${WEB}.image`, 'registry.example.org/web:202611.3', 'has no digest'],
  ['an image without a tag', `${WEB}.image`, 'web', 'write web@sha256:...'],
  ['a bind mount in short', `${WEB}.volumes`, ['/:/host'], 'can mean a folder of the node'],
  [
    'the socket of Docker',
    `${WEB}.volumes`,
    ['/var/run/docker.sock:/var/run/docker.sock'],
    'can mean a folder of the node',
  ],
  [
    'a bind mount',
    `${WEB}.volumes`,
    [{ type: 'bind', source: '/', target: '/host' }],
    'bind mounts a part of the node',
  ],
  ['a pipe', `${WEB}.volumes`, [{ type: 'npipe', source: 'a', target: '/a' }], 'npipe mounts a part of the node'],
  [
    'a bind mount as volume',
    'stack.volumes',
    { a: { driver_opts: { type: 'none', o: 'bind', device: '/' } } },
    'can be any folder of the node',
  ],
  [
    'a volume of somebody else',
    'stack.volumes',
    { a: { external: true } },
    'a volume is a folder that Docker made for this stack',
  ],
  ['a volume under another name', 'stack.volumes', { a: { name: 'webshop-prod_secrets' } }, 'made for this stack'],
  ['a volume driver', 'stack.volumes', { a: { driver: 'local' } }, 'made for this stack'],
  ['ports', `${WEB}.ports`, ['80:80'], 'only Traefik listens'],
  ['the network of the node', `${WEB}.network_mode`, 'host', 'not see more of the node'],
  ['the processes of the node', `${WEB}.pid`, 'host', 'not see more of the node'],
  ['the memory of the node', `${WEB}.ipc`, 'host', 'not see more of the node'],
  ['the users of the node', `${WEB}.userns_mode`, 'host', 'not see more of the node'],
  ['volumes of another container', `${WEB}.volumes_from`, ['a'], 'not see more of the node'],
  ['privileges', `${WEB}.privileged`, true, 'no rights on the node'],
  ['privileges that are off', `${WEB}.privileged`, false, 'no rights on the node'],
  ['capabilities', `${WEB}.cap_add`, ['SYS_ADMIN'], 'no rights on the node'],
  ['devices', `${WEB}.devices`, ['/dev/kmsg'], 'no rights on the node'],
  ['security options', `${WEB}.security_opt`, ['seccomp=unconfined'], 'no rights on the node'],
  ['kernel settings', `${WEB}.sysctls`, { 'net.ipv4.ip_forward': '1' }, 'no rights on the node'],
  ['a group of the node', `${WEB}.group_add`, ['docker'], 'no rights on the node'],
  ['a foreign network', `${WEB}.networks`, ['proxy_default'], 'no other network is joined'],
  ['a network for all', 'stack.networks', { edge: { external: true } }, 'no other network is joined'],
  ['another address for a name', `${WEB}.extra_hosts`, ['example.org:10.0.0.1'], 'send requests for a name elsewhere'],
  ['labels', `${WEB}.labels`, { 'traefik.enable': 'true' }, 'Traefik and the release program obey labels'],
  ['labels of the service', `${WEB}.deploy.labels`, ['traefik.enable=true'], 'routes are in the manifest'],
  ['a log driver', `${WEB}.logging`, { driver: 'syslog' }, 'fill its disk'],
  ['a build', `${WEB}.build`, '.', 'a node builds nothing'],
  ['a file of variables', `${WEB}.env_file`, '.env', 'write environment'],
  ['an order of starts', `${WEB}.depends_on`, ['db'], "use the manifest's groups or stages"],
  ['a restart policy', `${WEB}.restart`, 'always', 'the release program sets it'],
  ['an update policy', `${WEB}.deploy.update_config`, {}, 'the release program sets it'],
  ['a rollback policy', `${WEB}.deploy.rollback_config`, {}, 'the release program sets it'],
  ['a restart policy of swarm', `${WEB}.deploy.restart_policy`, {}, 'the release program sets it'],
  ['a service on each node', `${WEB}.deploy.mode`, 'global', 'a number of replicas'],
  ['a device by reservation', `${WEB}.deploy.resources.reservations`, { devices: [] }, 'no rights on the node'],
  ['a health check that is off', `${WEB}.healthcheck.disable`, true, 'counts as healthy as soon as it starts'],
  ['a secret from a file', 'stack.secrets', { a: { file: '/etc/shadow' } }, "a secret's content comes from SSM"],
  ['a secret of another stack', 'stack.secrets', { a: { external: true } }, "a secret's content comes from SSM"],
  [
    'a config from a file',
    'stack.configs',
    { a: { file: '/etc/shadow' } },
    "a config's content is in the release itself",
  ],
  [
    'a config with templates',
    'stack.configs',
    { a: { content: '', template_driver: 'golang' } },
    'let a config read secrets',
  ],
  ['another name', 'stack.name', 'blog', "the stack's name is in the manifest"],
  ['a version of Compose', 'stack.version', '3.8', 'no meaning any more'],
  ['other files', 'stack.include', ['a.yml'], 'the node has no other file'],
];

describe('a release that is not allowed', () => {
  it.each(NOT_ALLOWED)('has %s', (_, at, value, reason) => {
    expectRefusal(JSON.stringify(changed(minimalRelease, at, value)), reason, ExitCode.Refused);
  });
});

describe('the parts of a release, taken together', () => {
  it.each([
    ['a service in no stage', 'manifest.stages', [['queue'], ['web', 'proxy', 'api']], 'have worker in no stage'],
    [
      'a group in two stages',
      'manifest.stages',
      [['queue', 'web'], ['proxy', 'api'], ['worker']],
      'split the group web, proxy',
    ],
    [
      'a service in two groups',
      'manifest.groups',
      [
        ['web', 'proxy'],
        ['proxy', 'api'],
      ],
      'name proxy twice',
    ],
    [
      'a volume of a colour for two units',
      'manifest.groups',
      [['web', 'worker']],
      'has a colour, so web, proxy must be one',
    ],
    [
      'a volume of a colour without colours',
      'stack.volumes.queue.perColour',
      true,
      'has a colour, so queue must be one',
    ],
    ['a canary of a rolling release', 'manifest.strategy', 'rolling', 'canary needs two releases side by side'],
    [
      'two routes to one place',
      'manifest.routes.web',
      { port: 1, paths: ['/api/'] },
      'leads to example.org/api/, as api does',
    ],
  ])('cannot have %s', (_, at, value, message) => {
    const release = changed(maximalRelease, 'stack.services.web.healthcheck', { test: ['CMD', '/check'] }) as object;
    expectRefusal(JSON.stringify(changed(release, at, value)), message, ExitCode.Usage);
  });

  it('cannot have a canary where nobody gets anything', () => {
    const release = changed(changed(minimalRelease, 'manifest.routes', {}) as object, 'manifest.canary', 5);
    expectRefusal(JSON.stringify(release), 'canary divides visitors, and no service has a route', ExitCode.Usage);
  });

  it('cannot have names that are too long together', () => {
    const stack = 'a'.repeat(40);
    const settings = { ...node, stacks: { [stack]: node.stacks['webshop-prod']! } };
    const parse = (name: string) => {
      const release = changed(
        changed(minimalRelease, 'manifest.stack', stack) as object,
        `stack.services.${name}`,
        service(name),
      );
      return () => parseRelease(JSON.stringify(release), settings);
    };
    expect(parse('b'.repeat(16))).not.toThrow();
    expect(parse('b'.repeat(17))).toThrow('has too long a name');
  });
});

function withSecondRoute(first: object, second: object): unknown {
  const routed = changed(minimalRelease, 'manifest.routes', { web: first, other: second }) as object;
  return changed(routed, 'stack.services.other', minimalRelease.stack.services['web']);
}

function withConfig(content: string): unknown {
  const release = changed(minimalRelease, 'stack.configs', { settings: { content } }) as object;
  return changed(release, `${WEB}.configs`, [{ source: 'settings', target: '/etc/settings' }]);
}
