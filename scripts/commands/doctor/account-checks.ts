import { site } from '../../../stacks/environments/site';
import { assertAllowedAccount, type CallerIdentity } from '../../adapters/caller-identity';
import type { Check, Verdict } from '../../domain/doctor/check';
import type { DoctorPorts } from './doctor-ports';

const NO_ACCOUNT: Verdict = { state: 'skipped', detail: 'needs AWS credentials' };
const NO_BUCKET: Verdict = { state: 'skipped', detail: 'needs the state bucket' };

/** Whom the credentials belong to, the bucket of the states, and whether somebody is at work on one of these stacks. */
export function accountChecks(ports: DoctorPorts, stacks: readonly string[]): readonly Check[] {
  const identity = ports.identity();
  const bucket = identity.then(({ account }) => ports.stateBucket(account));
  const exists = bucket.then(found => found.exists());
  // Each check below awaits these for itself; one that failed before the first await must not end the process.
  for (const shared of [identity, bucket, exists]) shared.catch(() => undefined);

  const lockCheck = (stack: string): Check => ({
    name: `lock of ${stack}`,
    run: async () => {
      if (!(await succeeded(identity))) return NO_ACCOUNT;
      if (!(await exists.catch(() => false))) return NO_BUCKET;
      return lockVerdict(await bucket, stack);
    },
  });
  return [
    { name: 'aws account', run: async () => accountVerdict(await identity) },
    { name: 'aws region', run: () => Promise.resolve(regionVerdict(ports.region)) },
    {
      name: 'state bucket',
      run: async () => {
        if (!(await succeeded(identity))) return NO_ACCOUNT;
        return (await exists) ? bucketVerdict(await bucket) : missingBucket();
      },
    },
    ...stacks.map(lockCheck),
  ];
}

function accountVerdict(identity: CallerIdentity): Verdict {
  assertAllowedAccount(identity, site.allowedAccountIds);
  return { state: 'ok', detail: `${identity.account} as ${identity.arn}` };
}

function regionVerdict(region: string): Verdict {
  if (region === site.region) return { state: 'ok', detail: region };
  return {
    state: 'not ok',
    detail: `AWS_REGION is ${region}, the stacks are in ${site.region}`,
    next: `run \`export AWS_REGION=${site.region}\``,
  };
}

type Bucket = ReturnType<DoctorPorts['stateBucket']>;

function missingBucket(): Verdict {
  return { state: 'not ok', detail: `${site.stateBucket} does not exist`, next: 'run `slipway bootstrap`' };
}

async function bucketVerdict({ properties }: Bucket): Promise<Verdict> {
  const repairs = await Promise.all(properties.map(property => property.difference()));
  const wrong = properties.filter((_, index) => repairs[index] !== undefined);
  if (wrong.length === 0) {
    return { state: 'ok', detail: `${site.stateBucket}: ${properties.map(({ name }) => name).join(', ')}` };
  }
  const detail = `${site.stateBucket} is not as it must be: ${wrong.map(({ name }) => name).join(', ')}`;
  return { state: 'not ok', detail, next: 'run `slipway bootstrap`' };
}

async function lockVerdict(bucket: Bucket, stack: string): Promise<Verdict> {
  const lock = await bucket.lockOf(`${stack}.tfstate`);
  if (!lock) return { state: 'ok', detail: 'free' };
  return {
    state: 'not ok',
    detail: `held by ${lock.who} since ${lock.created} for ${lock.operation}`,
    next: `wait; if that run is dead, \`terraform -chdir=cdktf.out/stacks/${stack} force-unlock ${lock.id}\``,
  };
}

function succeeded(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
