import { resolve } from 'node:path';
import type { Application } from '../../stacks/environments/application';
import { Git } from '../adapters/git';
import type { Context } from './context';

const REMOTE = 'origin';

/** The repository of what is released. */
export function repositoryOf({ root, shell }: Pick<Context, 'root' | 'shell'>, application: Application): Git {
  const { repository = '.', remote = REMOTE } = application;
  return new Git(shell, resolve(root, repository), remote);
}

/** Who types, also where a pipeline works for them. */
export async function personOf(context: Context, application: Application): Promise<string> {
  const inPipeline = context.env['CIRCLE_USERNAME'];
  if (inPipeline) return inPipeline;
  const { stdout } = await repositoryOf(context, application).look(['config', '--get', 'user.name']);
  return stdout.trim() || (context.env['USER'] ?? 'unknown');
}

/** Where the run of the pipeline that works here can be read; undefined for a person. */
export function runUrlOf({ env }: Pick<Context, 'env'>): string | undefined {
  return env['CIRCLE_BUILD_URL'];
}
