import { bootstrap } from '../../../scripts/commands/bootstrap';
import { ExitCode } from '../../../scripts/domain/exit-code';
import { site } from '../../../stacks/environments/site';
import { useTestCredentials } from '../../support/aws-credentials';
import { AwsServer } from '../../support/aws-server';
import { BucketServer } from '../../support/bucket-server';
import { recordingContext } from '../../support/recording-context';

useTestCredentials();

let bucket: BucketServer;
let server: AwsServer;

beforeEach(async () => {
  bucket = new BucketServer();
  server = await AwsServer.start(bucket.answer);
});

afterEach(() => server.stop());

async function run(dryRun = false) {
  server.requests.length = 0;
  const context = recordingContext({ env: { AWS_ENDPOINT_URL: server.url }, dryRun });
  const code = await bootstrap({})(context);
  const states = (context.objects as { property: string; state: string }[]).map(
    ({ property, state }) => `${state} ${property}`,
  );
  return { code, context, states, writes: server.requests.filter(({ method }) => method === 'PUT') };
}

const EVERYTHING = [
  `bucket ${site.stateBucket}`,
  'private',
  'owner of all objects',
  'versioned',
  'encrypted',
  'TLS only',
  'old versions expire',
  'tags',
];

test('makes a bucket that is private, versioned, encrypted and keeps old versions for a while', async () => {
  const { code, states } = await run();
  expect(code).toBe(ExitCode.Done);
  expect(states).toEqual(EVERYTHING.map(name => `set ${name}`));

  const { properties } = bucket;
  expect(properties.get('publicAccessBlock')?.match(/>true</g)).toHaveLength(4);
  expect(properties.get('ownershipControls')).toContain('BucketOwnerEnforced');
  expect(properties.get('versioning')).toContain('<Status>Enabled</Status>');
  expect(properties.get('encryption')).toContain('AES256');
  expect(properties.get('policy')).toContain('aws:SecureTransport');
  expect(properties.get('lifecycle')).toContain('<NoncurrentDays>90</NoncurrentDays>');
  expect(properties.get('lifecycle')).toContain('<DaysAfterInitiation>7</DaysAfterInitiation>');
  expect(properties.get('tagging')).toContain('<Value>slipway</Value>');
});

test('a second run finds everything as it must be and writes nothing', async () => {
  await run();
  const { code, states, writes } = await run();
  expect(code).toBe(ExitCode.Done);
  expect(states).toEqual(EVERYTHING.map(name => `ok ${name}`));
  expect(writes).toEqual([]);
});

test('repairs only what differs', async () => {
  await run();
  bucket.properties.set('versioning', '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>');
  const { states, writes } = await run();
  expect(states.filter(state => state.startsWith('set'))).toEqual(['set versioned']);
  expect(writes.map(({ path }) => path)).toEqual([expect.stringContaining('?versioning')]);
});

test('a public access block with a gap in it is closed', async () => {
  await run();
  const closed = bucket.properties.get('publicAccessBlock') ?? '';
  for (const gap of ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']) {
    bucket.properties.set('publicAccessBlock', closed.replace(`<${gap}>true<`, `<${gap}>false<`));
    const { states } = await run();
    expect(states.filter(state => state.startsWith('set'))).toEqual(['set private']);
  }
});

test('leaves a stronger encryption as it is', async () => {
  await run();
  const weaker = bucket.properties.get('encryption') ?? '';
  bucket.properties.set('encryption', weaker.replace('AES256', 'aws:kms'));
  expect((await run()).writes).toEqual([]);
});

test.each([true, false])('a dry run tells the difference and writes nothing (bucket exists: %s)', async exists => {
  bucket.exists = exists;
  const { code, states, writes } = await run(true);
  expect(code).toBe(ExitCode.Done);
  expect(states).toEqual(EVERYTHING.map((name, index) => (exists && index === 0 ? `ok ${name}` : `would set ${name}`)));
  expect(writes).toEqual([]);
});

test('makes the bucket in the region of the site, whatever the shell says', async () => {
  const context = recordingContext({ env: { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'us-east-1' } });
  await bootstrap({})(context);
  const create = server.requests.find(({ method, path }) => method === 'PUT' && !path.includes('?'));
  expect(create?.body).toContain(`<LocationConstraint>${site.region}</LocationConstraint>`);
});
