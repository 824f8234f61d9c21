import { site } from '../../stacks/environments/site';
import { awsClients } from '../adapters/aws-clients';
import { assertAllowedAccount, callerIdentity } from '../adapters/caller-identity';
import { StateBucket } from '../adapters/state-bucket';
import type { Action } from './action';
import { ExitCode } from '../domain/exit-code';

/**
 * `slipway bootstrap`: makes the bucket of the Terraform states, which Terraform cannot make itself. It may be run at any time:
 * what is as it must be stays untouched.
 */
export const bootstrap: (options: Record<string, never>) => Action = () => async context => {
  const { output, dryRun } = context;
  // The bucket belongs into the site's region, wherever the shell points to.
  const clients = awsClients(context, site.region);
  const identity = await callerIdentity(clients);
  assertAllowedAccount(identity, site.allowedAccountIds);
  output.log(`account ${identity.account} (${identity.arn}), region ${clients.region}`);

  const name = site.stateBucket;
  const bucket = new StateBucket(clients, { name, account: identity.account, project: site.project });
  const report = (property: string, differs: boolean) => {
    const state = differs ? (dryRun ? 'would set' : 'set') : 'ok';
    output.print(`${state.padEnd(9)} ${property}`);
    output.json({ bucket: name, property, state });
  };

  const exists = await bucket.exists();
  if (!exists && !dryRun) await bucket.create();
  report(`bucket ${name}`, !exists);
  for (const property of bucket.properties) {
    const repair = exists || !dryRun ? await property.difference() : undefined;
    if (!dryRun) await repair?.();
    report(property.name, repair !== undefined || (!exists && dryRun));
  }
  output.log(dryRun ? 'nothing was changed' : 'next: `slipway doctor`, then `npx cdktf deploy account`');
  return ExitCode.Done;
};
