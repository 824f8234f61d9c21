import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { SlipwayError } from '../domain/slipway-error';
import type { AwsClients } from './aws-clients';
import { awsErrorName, explainAwsError } from './aws-error';

/** What Terraform leaves in a secret until somebody enters its value. */
const PLACEHOLDER = 'not-set';

/** The value of a secret in SSM's parameter store. @throws SlipwayError with the command that enters it */
export async function readSecretParameter(clients: AwsClients, name: string): Promise<string> {
  const enter = `aws ssm put-parameter --overwrite --type SecureString --name ${name} --value ...`;
  try {
    const { Parameter } = await clients.ssm().send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    const value = Parameter?.Value ?? PLACEHOLDER;
    if (value === PLACEHOLDER) throw new SlipwayError(`the secret ${name} has no value yet; enter it: ${enter}`);
    return value;
  } catch (error) {
    if (awsErrorName(error) === 'ParameterNotFound') {
      throw new SlipwayError(`the secret ${name} does not exist; add it to "secrets" of the environment and deploy it`);
    }
    throw error instanceof SlipwayError ? error : explainAwsError(error, `reading the secret ${name}`);
  }
}
