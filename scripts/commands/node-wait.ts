import { InvalidValueError } from '../../constructs/invalid-value';
import { AwsError } from '../adapters/aws-error';
import { awsClients } from '../adapters/aws-clients';
import { type Clock, poll, systemClock } from '../adapters/clock';
import { type ReadinessFile, S3ReadinessFile } from '../adapters/readiness-file';
import type { Action } from './action';
import { describeReadiness, parseReadiness } from '../domain/bootstrap/readiness';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Context } from './context';

const INTERVAL_MS = 2_000;

export interface NodeWaitOptions {
  readonly instanceId: string;
  /** Bucket that the node writes its readiness to. */
  readonly bucket: string;
  readonly timeoutSeconds: number;
  /** @default - the region of the environment, else of the site */
  readonly region?: string;
}

/** The outside world of this command. */
export interface NodeWaitPorts {
  readonly file: ReadinessFile;
  readonly clock: Clock;
}

function nodeWaitPorts(context: Context, { bucket, instanceId, region }: NodeWaitOptions): NodeWaitPorts {
  return { file: new S3ReadinessFile(awsClients(context, region), bucket, instanceId), clock: systemClock };
}

/**
 * `slipway node wait`: the gate between a new node and the Elastic IP. Terraform calls it, and moves the address
 * only when it ends with 0; so everything else than a node that says "ready" must end with another code.
 */
export function nodeWait(options: NodeWaitOptions, ports = nodeWaitPorts): Action {
  return async context => {
    assertOptions(options);
    const { instanceId, timeoutSeconds } = options;
    const { output, signal } = context;
    const { file, clock } = ports(context, options);
    const start = clock.now();
    const elapsed = () => Math.round((clock.now() - start) / 1000);
    output.log(`waiting up to ${timeoutSeconds} s for ${instanceId} to report to ${file.location}`);

    let seen = 'nothing yet';
    const look = async () => {
      const { state, description } = await readinessOf(file);
      if (description !== seen) output.log(`${elapsed()} s: ${description}`);
      seen = description;
      return state === 'booting' ? undefined : state;
    };

    const state = await poll(look, { clock, intervalMs: INTERVAL_MS, timeoutMs: timeoutSeconds * 1000, signal });
    output.json({
      instanceId,
      state: state ?? (signal.aborted ? 'interrupted' : 'timeout'),
      elapsedSeconds: elapsed(),
      seen,
    });
    if (state === 'ready') {
      output.print(`${instanceId} is ready after ${elapsed()} s`);
      return ExitCode.Done;
    }
    const what =
      state === 'failed' ? 'failed to boot' : signal.aborted ? 'was not waited for to the end' : 'is not ready';
    throw new SlipwayError(
      `node ${instanceId} ${what} after ${elapsed()} s, last seen: ${seen}; ` +
        `look at \`aws ec2 get-console-output --latest --output text --instance-id ${instanceId}\``,
      ExitCode.VerificationFailed,
    );
  };
}

/** What the node says now. What cannot be read is no verdict on the node, so it counts as booting, with the reason kept. */
async function readinessOf(
  file: ReadinessFile,
): Promise<{ state: 'booting' | 'ready' | 'failed'; description: string }> {
  try {
    const text = await file.read();
    if (text === undefined) return { state: 'booting', description: 'nothing yet' };
    const readiness = parseReadiness(text);
    if (readiness) return { state: readiness.state, description: describeReadiness(readiness) };
    return { state: 'booting', description: `unreadable report ${JSON.stringify(text.slice(0, 200))}` };
  } catch (error) {
    if (!(error instanceof AwsError) || !error.transient) throw error;
    return { state: 'booting', description: error.message };
  }
}

function assertOptions({ instanceId, timeoutSeconds }: NodeWaitOptions): void {
  if (!/^i-[0-9a-f]{8,17}$/.test(instanceId)) {
    throw new InvalidValueError('instance id', instanceId, 'one such as i-0123456789abcdef0', 'correct it and repeat');
  }
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1) {
    throw new InvalidValueError('--timeout', timeoutSeconds, 'a number of seconds, 1 or more', 'correct it and repeat');
  }
}
