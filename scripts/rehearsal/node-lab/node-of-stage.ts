import { succeeded } from '../questions';
import type { Stage } from '../stage';
import type { NodeLab } from './node-lab';

/** What Terraform has given to EC2, as its state has it. */
export interface StagedNode {
  readonly instanceId: string;
  /** The very bytes. */
  readonly userData: Buffer;
}

interface State {
  readonly values: {
    readonly root_module: {
      readonly resources: readonly { readonly type: string; readonly values: Readonly<Record<string, unknown>> }[];
    };
  };
}

/**
 * Edits an environment of the stage as its owner would, so that a virtual machine can be its node: where it finds the
 * emulated AWS and Docker Hub, and whose key may release.
 */
export function settleForNode(stage: Stage, environment: string, lab: NodeLab, deployKey: string): void {
  const settings = {
    deployKeys: [deployKey],
    awsEndpointUrl: lab.seenFromNode(stage.aws.url),
    registryMirror: lab.registryMirror,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)},`);
  stage.workspace.edit(`stacks/environments/${environment}.ts`, /deployKeys: \[[^\]]*\],/, lines.join('\n'));
}

/** The node of a deployed stack. */
export async function stagedNode(stage: Stage, stack: string): Promise<StagedNode> {
  const { stdout } = succeeded(await stage.terraform(stack, ['show', '-json']));
  const { resources } = (JSON.parse(stdout) as State).values.root_module;
  const instances = resources.filter(({ type }) => type === 'aws_instance').map(({ values }) => values);
  const [only] = instances;
  if (only === undefined || instances.length > 1)
    throw new Error(`${stack} has ${instances.length} instances, not one`);
  return {
    instanceId: String(only['id']),
    userData: Buffer.from(String(only['user_data_base64']), 'base64'),
  };
}
