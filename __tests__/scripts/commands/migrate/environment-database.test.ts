import type { DatabaseTarget } from '../../../../scripts/adapters/database-target';
import {
  type EnvironmentOptions,
  withEnvironmentDatabase,
} from '../../../../scripts/commands/migrate/environment-database';
import { useTestCredentials } from '../../../support/aws-credentials';
import { type AwsAnswer, type AwsRequest, AwsServer, jsonError, s3Error } from '../../../support/aws-server';
import { recordingContext } from '../../../support/recording-context';

const OUTPUTS = {
  DatabaseEndpoint: 'webshop-prod-mysql.abc.eu-central-1.rds.amazonaws.com',
  NodeAddress: '203.0.113.7',
  NodeInstanceId: 'i-0123456789abcdef0',
  NodeVaultName: 'example-org-webshop-prod-node',
};
const HOST_KEY = 'ssh-ed25519 AAAAkey';
const URL_OF_APPLICATION = 'mysql://shop:geheim@somewhere.example.org:3310/app';

useTestCredentials();

let aws: AwsServer;
let secret: (request: AwsRequest) => AwsAnswer;
let hostKey: () => AwsAnswer;
beforeEach(async () => {
  secret = () => ({ status: 200, body: JSON.stringify({ Parameter: { Value: URL_OF_APPLICATION } }) });
  hostKey = () => ({ status: 200, body: `${HOST_KEY}\n` });
  aws = await AwsServer.start(request => (request.method === 'GET' ? hostKey() : secret(request)));
});
afterEach(() => aws.stop());

async function targetFor(
  options: Partial<EnvironmentOptions> = {},
  outputs: object = OUTPUTS,
): Promise<DatabaseTarget> {
  const context = recordingContext({ env: { ...process.env, AWS_ENDPOINT_URL: aws.url } });
  return withEnvironmentDatabase(
    { environment: 'prod', ...options },
    context,
    target => Promise.resolve(target),
    () => Promise.resolve({ ...outputs }),
  );
}

test('the place is from Terraform, who and what from the secret, and TLS is not left to chance', async () => {
  const target = await targetFor({ forward: false });
  expect(target).toEqual({
    host: OUTPUTS.DatabaseEndpoint,
    port: 3306,
    user: 'shop',
    password: 'geheim',
    schema: 'app',
    tls: true,
  });
  expect(aws.requests.map(({ body }) => body)).toEqual([
    JSON.stringify({ Name: '/webshop/prod/secrets/database-url', WithDecryption: true }),
  ]);
});

test('through the node, whose host key is read from its vault', async () => {
  const { stream } = await targetFor();
  expect(stream).toBeInstanceOf(Function);
  expect(aws.requests.map(({ path }) => path)).toContainEqual(
    expect.stringContaining(`/${OUTPUTS.NodeVaultName}/nodes/${OUTPUTS.NodeInstanceId}/ssh_host_ed25519_key.pub`),
  );
});

test('another secret can be named, for a user who may change the schema', async () => {
  await targetFor({ forward: false, secret: 'migrations-url' });
  expect(aws.requests[0]?.body).toContain('/webshop/prod/secrets/migrations-url');
});

test('fails when there is no such environment, naming those that there are', async () => {
  await expect(targetFor({ environment: 'production' })).rejects.toThrow(/allowed is one of prod, dev/);
});

test('fails when it is not deployed, saying how', async () => {
  await expect(targetFor({}, {})).rejects.toThrow('prod has no output DatabaseEndpoint; deploy it first');
});

test('fails when nobody has entered the secret, saying how', async () => {
  secret = () => ({ status: 200, body: JSON.stringify({ Parameter: { Value: 'not-set' } }) });
  await expect(targetFor()).rejects.toThrow('has no value yet; enter it: aws ssm put-parameter');
});

test('fails when there is no such secret', async () => {
  secret = () => jsonError(400, 'ParameterNotFound', 'no');
  await expect(targetFor()).rejects.toThrow(/secrets\/database-url does not exist; add it to "secrets"/);
});

test('fails when the secret is no URL, without repeating it', async () => {
  secret = () => ({ status: 200, body: JSON.stringify({ Parameter: { Value: 'geheim' } }) });
  const failure = await targetFor().catch((error: unknown) => (error as Error).message);
  expect(failure).toMatch(/allowed is mysql:/);
  expect(failure).not.toContain('geheim');
});

test('fails when the node has not said its host key', async () => {
  hostKey = () => s3Error(404, 'NoSuchKey', 'no');
  await expect(targetFor()).rejects.toThrow(/has not said its host key yet/);
});
