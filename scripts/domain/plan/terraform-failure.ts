import { stripVTControlCharacters } from 'node:util';
import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';

/** Who holds a state lock, in Terraform's words. */
export interface LockHolder {
  readonly id: string;
  readonly who: string;
  readonly operation: string;
  readonly created: string;
}

/** Which Terraform run failed, for the sentence and for what to type next. */
export interface FailedRun {
  readonly environment: string;
  readonly operation: 'init' | 'plan' | 'show' | 'apply' | 'output';
  /** Binary, for commands to paste: `terraform` or `tofu`. */
  readonly binary: string;
  /** Folder of the stack, relative to the project. */
  readonly folder: string;
}

type Explain = (text: string, run: FailedRun) => SlipwayError | undefined;

/** What went wrong, from the output of a Terraform that left with an error: one line and an exit code. */
export function explainTerraformFailure(output: string, run: FailedRun): SlipwayError {
  const text = plain(output);
  for (const explain of [
    stateNotWritten,
    lockHeld,
    stalePlan,
    notInitialised,
    noStateBucket,
    noCredentials,
    // The gate is interrupted with Terraform, and says that it failed.
    interrupted,
    gateNotPassed,
  ]) {
    const error = explain(text, run);
    if (error) return error;
  }
  const reason = firstError(text) ?? 'no reason given';
  return new SlipwayError(`${run.binary} ${run.operation} ${run.environment} failed: ${reason}${afterwards(run)}`);
}

/** Addresses at which planning stopped, because the code says that they may never be destroyed. */
export function preventedDestroys(output: string): string[] {
  const found = plain(output).matchAll(/Resource\s+(\S+)\s+has\s+lifecycle\.prevent_destroy\s+set/g);
  return [...new Set([...found].flatMap(match => match[1] ?? []))];
}

/** The holder of the lock that was in the way; undefined when the failure was another one. */
export function lockHolder(output: string): LockHolder | undefined {
  const text = plain(output);
  if (!text.includes('Error acquiring the state lock')) return undefined;
  const field = (name: string) => new RegExp(`^\\s*${name}:\\s+(\\S.*)$`, 'm').exec(text)?.[1]?.trim() ?? 'unknown';
  return {
    id: field('ID'),
    who: field('Who'),
    operation: field('Operation').replace('OperationType', '').toLowerCase(),
    created: field('Created').replace(/\.\d+.*$/, ' UTC'),
  };
}

const lockHeld: Explain = (text, run) => {
  const holder = lockHolder(text);
  if (!holder) return undefined;
  const { id, who, operation, created } = holder;
  return new SlipwayError(
    `the state of ${run.environment} is locked by ${who} since ${created} (${operation}, lock ${id}); wait for that run, ` +
      `or if it is dead: ${run.binary} -chdir=${run.folder} force-unlock ${id}`,
    ExitCode.Locked,
  );
};

const stateNotWritten: Explain = (text, { environment, binary, folder }) =>
  /Failed to (save|persist) state|errored\.tfstate/.test(text)
    ? new SlipwayError(
        `AWS was changed but the state of ${environment} could not be written; do not plan or apply anything before: ` +
          `${binary} -chdir=${folder} state push errored.tfstate`,
        ExitCode.RollbackFailed,
      )
    : undefined;

const stalePlan: Explain = (text, { environment }) =>
  text.includes('Saved plan is stale')
    ? new SlipwayError(
        `the saved plan of ${environment} is stale: the state changed after it was made; ` +
          `review a new one: slipway plan ${environment} --save`,
        ExitCode.Refused,
      )
    : undefined;

const notInitialised: Explain = (text, { environment, operation }) =>
  operation !== 'init' && /Required plugins are not installed|Backend initialization required/.test(text)
    ? new SlipwayError(`the providers of ${environment} changed; review a new plan: slipway plan ${environment} --save`)
    : undefined;

const noStateBucket: Explain = text => {
  const bucket = /S3 bucket "([^"]+)" does not exist/.exec(text)?.[1];
  return bucket === undefined
    ? undefined
    : new SlipwayError(`the state bucket ${bucket} does not exist in this account; make it once: slipway bootstrap`);
};

const noCredentials: Explain = text =>
  /No valid credential sources found|ExpiredToken|InvalidClientTokenId/.test(text)
    ? new SlipwayError('AWS credentials are missing or expired; log in (aws sso login) or set AWS_PROFILE')
    : undefined;

const gateNotPassed: Explain = (text, { environment, operation }) => {
  const gate = /local-exec provisioner error\s+with ([^\s,]+)/.exec(text)?.[1];
  return operation !== 'apply' || gate === undefined
    ? undefined
    : new SlipwayError(
        `the new node of ${environment} did not pass ${gate}; the old node keeps the address and serves; ` +
          `see the log above, then: slipway plan ${environment} --save`,
        ExitCode.VerificationFailed,
      );
};

const interrupted: Explain = (text, run) =>
  /Interrupt received|execution halted|operation canceled/i.test(text)
    ? new SlipwayError(`${run.binary} ${run.operation} ${run.environment} was interrupted${afterwards(run)}`)
    : undefined;

/** What stands after a failed apply: a part may be done, and the same plan cannot be applied again. */
function afterwards({ operation, environment }: FailedRun): string {
  return operation === 'apply'
    ? `; what was done is recorded and the lock is released; continue with: slipway plan ${environment} --save`
    : '';
}

/** Terraform wraps lines and draws boxes; both are undone. */
function plain(output: string): string {
  return stripVTControlCharacters(output).replace(/^[│╷╵] ?/gm, '');
}

function firstError(text: string): string | undefined {
  const error = /^Error: ((?:.*\S.*\n?)+)/m.exec(text)?.[1];
  return error?.replace(/\s+/g, ' ').trim();
}
