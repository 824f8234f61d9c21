import { attributeChanges } from '../../../../scripts/domain/plan/attribute-change';
import type { Change } from '../../../../scripts/domain/plan/terraform-plan';

function update(change: Partial<Change>): Change {
  return { actions: ['update'], before: {}, after: {}, ...change };
}

const shown = (change: Partial<Change>) =>
  attributeChanges(update(change)).map(({ path, before, after }) => `${path}: ${before} -> ${after}`);

test('shows what differs and nothing else', () => {
  expect(shown({ before: { size: 20, name: 'a' }, after: { size: 30, name: 'a' } })).toEqual(['size: 20 -> 30']);
});

test('goes into blocks and maps, and takes a list of plain values as one', () => {
  const before = { root_block_device: [{ volume_size: 20, encrypted: true }], tags: { Name: 'a' }, ids: ['x'] };
  const after = { root_block_device: [{ volume_size: 30, encrypted: true }], tags: { Name: 'b' }, ids: ['x', 'y'] };
  expect(shown({ before, after })).toEqual([
    'ids: ["x"] -> ["x","y"]',
    'root_block_device[0].volume_size: 20 -> 30',
    'tags.Name: "a" -> "b"',
  ]);
});

test('says a tag once, though the provider repeats it among all tags', () => {
  const before = { tags: { Name: 'a' }, tags_all: { Name: 'a', Project: 'x' } };
  const after = { tags: { Name: 'b' }, tags_all: { Name: 'b', Project: 'y' } };
  expect(shown({ before, after })).toEqual(['tags.Name: "a" -> "b"', 'tags_all.Project: "x" -> "y"']);
});

test('compares policies by their meaning', () => {
  const policy = (action: string, gap: string) => `{${gap}"Statement":[{"Action":"${action}","Effect":"Allow"}]}`;
  expect(shown({ before: { policy: policy('s3:Get*', '') }, after: { policy: policy('s3:Get*', '  ') } })).toEqual([]);
  expect(shown({ before: { policy: policy('s3:Get*', '') }, after: { policy: policy('s3:*', '  ') } })).toEqual([
    'policy.Statement[0].Action: "s3:Get*" -> "s3:*"',
  ]);
});

test('an empty answer of AWS is the same as nothing in the code', () => {
  expect(shown({ before: { tags: {}, on: false, list: [] }, after: { tags: null, on: null, list: null } })).toEqual([]);
});

test('says what is known only after the apply', () => {
  expect(shown({ before: { arn: 'x' }, after: {}, after_unknown: { arn: true } })).toEqual([
    'arn: "x" -> (known after apply)',
  ]);
});

test('a replacement leaves out what AWS computes, but not what forces it', () => {
  const changes = attributeChanges({
    actions: ['create', 'delete'],
    before: { id: 'i-1', arn: 'arn', instance_id: 'i-0' },
    after: {},
    after_unknown: { id: true, arn: true, instance_id: true },
    replace_paths: [['instance_id']],
  });
  expect(changes).toEqual([
    { path: 'instance_id', before: '"i-0"', after: '(known after apply)', forcesReplacement: true },
  ]);
});

test('a nested path forces the replacement only of its own attribute', () => {
  const changes = attributeChanges({
    actions: ['delete', 'create'],
    before: { root_block_device: [{ encrypted: false }], root_block_device_name: 'a' },
    after: { root_block_device: [{ encrypted: true }], root_block_device_name: 'b' },
    replace_paths: [['root_block_device', 0, 'encrypted']],
  });
  expect(changes.filter(({ forcesReplacement }) => forcesReplacement).map(({ path }) => path)).toEqual([
    'root_block_device[0].encrypted',
  ]);
});

describe('secrets', () => {
  test.each([
    ['marked before', { before_sensitive: { value: true } }],
    ['marked after', { after_sensitive: { value: true } }],
    ['marked as a whole', { after_sensitive: true }],
  ])('%s are masked on both sides', (_, marks) => {
    expect(shown({ before: { value: 'old-one' }, after: { value: 'new-one' }, ...marks })).toEqual([
      'value: (sensitive) -> (sensitive)',
    ]);
  });

  test.each(['db_password', 'client_secret', 'auth_token', 'private_key'])('are masked by the name %s', name => {
    expect(shown({ before: { [name]: 'old-one' }, after: { [name]: 'new-one' } })).toEqual([
      `${name}: (masked) -> (masked)`,
    ]);
  });

  test('are masked by a name inside a map', () => {
    const of = (value: string) => ({ environment: [{ variables: { API_TOKEN: value } }] });
    expect(shown({ before: of('old-one'), after: of('new-one') }).join()).not.toMatch(/old-one|new-one/);
  });

  test('a switch is no secret, though its name says so', () => {
    expect(
      shown({ before: { manage_master_user_password: false }, after: { manage_master_user_password: true } }),
    ).toEqual(['manage_master_user_password: false -> true']);
  });

  test('a password in a URL is masked', () => {
    const line = shown({ before: { url: 'x' }, after: { url: 'mysql://app:hunter2@db/app' } }).join();
    expect(line).toContain('mysql://app:***@db/app');
    expect(line).not.toContain('hunter2');
  });

  test('user data is a digest and a size, also when it is marked', () => {
    const lines = shown({
      before: { user_data_base64: 'aGVsbG8=' },
      after: { user_data_base64: 'aGVsbG8gd29ybGQ=' },
      after_sensitive: { user_data_base64: true },
    });
    expect(lines).toEqual([
      expect.stringMatching(/^user_data_base64: sha256:\w{12} \(8 bytes\) -> sha256:\w{12} \(16 bytes\)$/),
    ]);
  });
});
