import { App } from 'cdktf';
import { InvalidValueError } from './constructs/invalid-value';
import { AccountStack } from './stacks/account-stack';
import { nodeBundle } from './scripts/node-bundle.cjs';
import { EnvironmentStack } from './stacks/environment-stack';
import { environments } from './stacks/environments';
import { site } from './stacks/environments/site';

/** AWS_ENDPOINT_URL is the AWS SDKs' own variable for an emulated AWS; the other one is set by `slipway rehearse`. */
const { AWS_ENDPOINT_URL: endpoint, SLIPWAY_AWS_PROVIDER_VERSION: providerVersion } = process.env;
const connection = { ...(endpoint && { endpoint }), ...(providerVersion && { providerVersion }) };

try {
  const app = new App();
  new AccountStack(app, { site, environments, connection });
  const releaseProgram = nodeBundle();
  for (const environment of environments) new EnvironmentStack(app, { site, environment, releaseProgram, connection });
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidValueError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
