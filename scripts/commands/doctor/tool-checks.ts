import type { Shell } from '../../adapters/shell';
import type { Check, Verdict } from '../../domain/doctor/check';
import { DOCKER, GIT, NODE, SSH, terraform, type Tool, toolVerdict } from '../../domain/doctor/tools';
import type { Context } from '../context';

/** The programs that slipway calls, with their versions. */
export function toolChecks({ shell, env }: Context): readonly Check[] {
  // The variable by which CDKTF is told to use OpenTofu.
  const tools = [NODE, terraform(env['TERRAFORM_BINARY_NAME'] ?? 'terraform'), GIT, SSH, DOCKER];
  return tools.map(tool => ({ name: tool.program, run: () => ask(shell, tool) }));
}

async function ask(shell: Shell, tool: Tool): Promise<Verdict> {
  return toolVerdict(tool, await shell.run([tool.program, ...tool.versionArgs], { write: false }));
}
