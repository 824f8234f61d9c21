import { randomUUID } from 'node:crypto';
import { EmulatedStage } from '../support/emulated-stage';
import { requireParts } from '../support/lane';

/** The emulated AWS as an SDK sees it whose answers are lost now and then. */
const lane = requireParts([
  { program: 'terraform', or: 'tofu', install: 'https://developer.hashicorp.com/terraform/install' },
  { program: 'python3', install: 'apt-get install python3 python3-venv' },
]);

const MINUTE = 60_000;
let cloud: EmulatedStage;

beforeAll(async () => {
  if (lane.missing === undefined) cloud = await EmulatedStage.open(new AbortController().signal);
}, 5 * MINUTE);
afterAll(async () => {
  if (lane.missing === undefined) await cloud.stage.close();
}, MINUTE);

/** Asks for a security group, under the id that an SDK keeps when it asks again. */
async function makeGroup(
  name: string,
  invocation: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await fetch(cloud.stage.aws.url, {
    method: 'POST',
    headers: {
      'amz-sdk-invocation-id': invocation,
      authorization:
        'AWS4-HMAC-SHA256 Credential=rehearsal/20261128/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: new URLSearchParams({
      Action: 'CreateSecurityGroup',
      GroupName: name,
      GroupDescription: 'lane',
      Version: '2016-11-15',
    }),
  });
  return { status: answer.status, body: await answer.text() };
}

lane.test(
  'what is asked for again under the same id is done once, and answered as the first time',
  async () => {
    const invocation = randomUUID();
    const first = await makeGroup('web', invocation);
    expect(first).toMatchObject({ status: 200, body: expect.stringMatching(/<groupId>sg-\w+</) });
    expect(await makeGroup('web', invocation)).toEqual(first);
    expect(await makeGroup('web', randomUUID())).toMatchObject({
      status: 400,
      body: expect.stringContaining('InvalidGroup.Duplicate'),
    });
  },
  MINUTE,
);

lane.test(
  'what went wrong is tried again',
  async () => {
    const invocation = randomUUID();
    await makeGroup('taken', randomUUID());
    expect(await makeGroup('taken', invocation)).toMatchObject({ status: 400 });
    const { SecurityGroups: groups } = await cloud.aws<{ SecurityGroups: { GroupId: string }[] }>(
      'ec2',
      'describe_security_groups',
      { Filters: [{ Name: 'group-name', Values: ['taken'] }] },
    );
    await cloud.aws('ec2', 'delete_security_group', { GroupId: groups[0]!.GroupId });
    expect(await makeGroup('taken', invocation)).toMatchObject({ status: 200 });
  },
  MINUTE,
);
