import { AwsError } from '../../../scripts/adapters/aws-error';
import { nodeWait } from '../../../scripts/commands/node-wait';
import { ExitCode } from '../../../scripts/domain/exit-code';
import { outcomeOf } from '../../support/outcome';
import { type RecordingContext, recordingContext } from '../../support/recording-context';
import { VirtualClock } from '../../support/virtual-clock';

const NODE = 'i-0123456789abcdef0';

interface Report {
  readonly state: string;
  readonly step?: string;
  readonly message?: string;
}
type Reading = Report | string | Error | undefined;

/** Waits for a node that reports one thing after the other, the last one for ever. */
async function wait(readings: Reading[], context: RecordingContext = recordingContext(), clock = new VirtualClock()) {
  const read = () => {
    const reading = readings.length > 1 ? readings.shift() : readings[0];
    if (reading instanceof Error) return Promise.reject(reading);
    return Promise.resolve(typeof reading === 'object' ? JSON.stringify(reading) : reading);
  };
  const options = { instanceId: NODE, bucket: 'vault', timeoutSeconds: 60 };
  const file = { location: 's3://vault/readiness.json', read };
  const outcome = await outcomeOf(nodeWait(options, () => ({ file, clock }))(context));
  return { ...outcome, context, seconds: clock.now() / 1000 };
}

test('ends with 0 as soon as the node is ready, and logs each step once with the time', async () => {
  const docker = { state: 'booting', step: 'docker' };
  const { code, context, seconds } = await wait([undefined, docker, docker, { state: 'ready', step: 'traefik' }]);
  expect(code).toBe(ExitCode.Done);
  expect(seconds).toBe(6);
  expect(context.logged.slice(1)).toEqual(['2 s: booting at step "docker"', '6 s: ready at step "traefik"']);
  expect(context.printed).toEqual([`${NODE} is ready after 6 s`]);
});

test('ends with 5, the step and the message as soon as the node has failed', async () => {
  const failed = { state: 'failed', step: 'pull images', message: 'no space left on device' };
  const { code, message, seconds } = await wait([{ state: 'booting' }, failed]);
  expect(code).toBe(ExitCode.VerificationFailed);
  expect(seconds).toBe(2);
  expect(message).toContain('failed at step "pull images" no space left on device');
  expect(message).toContain(`aws ec2 get-console-output --latest --output text --instance-id ${NODE}`);
});

test.each([
  ['a node that never reports', undefined, 'nothing yet'],
  ['a node that hangs', { state: 'booting', step: 'docker' }, 'booting at step "docker"'],
  ['a half written report', '{"state":"rea', 'unreadable report "{\\"state\\":\\"rea"'],
  ['an unknown state', { state: 'happy' }, 'unreadable report'],
  ['a network that is down', new AwsError('no route to S3; check the cable', 'network', undefined), 'no route to S3'],
])('ends with 5 when the time is over with %s, and says what was seen last', async (_what, reading, seen) => {
  const { code, message, seconds } = await wait([reading]);
  expect(code).toBe(ExitCode.VerificationFailed);
  expect(seconds).toBe(60);
  expect(message).toContain(`is not ready after 60 s, last seen: ${seen}`);
});

test('a network that comes back does no harm', async () => {
  const { code } = await wait([new AwsError('no route', 'network', undefined), { state: 'ready' }]);
  expect(code).toBe(ExitCode.Done);
});

test('does not wait for credentials to become valid by themselves', async () => {
  const { code, message, seconds } = await wait([new AwsError('the credentials have expired', 'expired', undefined)]);
  expect({ code, message, seconds }).toEqual({
    code: ExitCode.Usage,
    message: 'the credentials have expired',
    seconds: 0,
  });
});

test('an interruption ends the wait, not with 0', async () => {
  const context = recordingContext();
  const { code, message, seconds } = await wait(
    [{ state: 'booting', step: 'docker' }],
    context,
    new VirtualClock(() => context.interruption.abort()),
  );
  expect(code).toBe(ExitCode.VerificationFailed);
  expect(seconds).toBe(2);
  expect(message).toContain('was not waited for to the end after 2 s, last seen: booting at step "docker"');
});

test('has one object for a program', async () => {
  const { context } = await wait([{ state: 'ready' }]);
  expect(context.objects).toEqual([{ instanceId: NODE, state: 'ready', elapsedSeconds: 0, seen: 'ready' }]);
});

test.each([
  ['instance id', { instanceId: 'my-node', bucket: 'vault', timeoutSeconds: 60 }],
  ['--timeout', { instanceId: NODE, bucket: 'vault', timeoutSeconds: 0 }],
])('fails when %s is wrong', async (what, options) => {
  await expect(nodeWait(options)(recordingContext())).rejects.toThrow(new RegExp(`^${what} is .*, allowed is `));
});
