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
