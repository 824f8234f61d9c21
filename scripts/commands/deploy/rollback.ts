import { resolve } from 'node:path';
import { type Application, application as configured } from '../../../stacks/environments/application';
import { readMigrations } from '../../adapters/migration-folder';
import { contractedIn, schemaGap, type SchemaGap } from '../../domain/deploy/rollback-schema';
import { ExitCode } from '../../domain/exit-code';
import { judge, type Refusal } from '../../domain/guard/refusal';
import { type ReleaseRecord, rollbackTarget } from '../../domain/release/history';
import type { Action } from '../action';
import type { Context } from '../context';
import { askNode, type NodeQuestion } from '../node/ask-node';
import { withNode } from '../node/node-session';
import { tellingWayBack } from '../node/tell-way-back';
import { stackOf } from './environment-port';
import { FOLDER } from '../migrate/defaults';

export interface RollbackOptions extends Omit<NodeQuestion, 'words' | 'changes' | 'input'> {
  /** Version or number. @default - the good release before */
  readonly target?: string;
  /** Stack on the node. @default - the environment's own */
  readonly stack?: string;
  readonly override: readonly string[];
}

/** Highest number that the database of an environment has; a test hands in its own. */
export type ReadLevel = (context: Context, options: RollbackOptions) => Promise<number>;

const readLevel: ReadLevel = async (context, { environment, identity }) => {
  // It brings the database's driver, which most rollbacks do without.
  const { levelIn } = await import('./schema-port');
  return levelIn(context, { environment, ...(identity !== undefined && { identity }) });
};

const RECORDS = '200';

/** `slipway rollback`: goes back to a release, unless the schema has lost what that one needs. */
export function rollback(
  options: RollbackOptions,
  application: Application = configured,
  levelOf: ReadLevel = readLevel,
): Action {
  return async context => {
    const { target, stack, override, ...question } = options;
    const why = options.reason;
    // Whoever has set it aside is in a hurry.
    const isAsked = application.swarm?.migrations !== undefined && !override.includes('schema');
    const refusals = isAsked ? await schemaRefusals(context, application, options, levelOf) : [];
    judge(refusals, { guards: override, ...(why !== undefined && { why }) });
    const words = [
      'rollback',
      ...(target === undefined ? [] : [target]),
      ...(stack === undefined ? [] : ['--stack', stack]),
    ];
    const recorded = why !== undefined && override.length > 0 ? `${override.join(', ')} overridden: ${why}` : why;
    const reason = recorded === undefined ? {} : { reason: recorded };
    const work = askNode({ ...question, ...reason, words, changes: true });
    return tellingWayBack(work, { ...options, code: ExitCode.Done }, application)(context);
  };
}

/** How far the schema of the environment's own stack is; what the records say where the database does not answer. */
async function levelNow(
  context: Context,
  options: RollbackOptions,
  levelOf: ReadLevel,
  { highest }: SchemaGap,
): Promise<number> {
  return levelOf(context, options).catch((error: unknown) => {
    context.output.log(`the database does not say how far its schema is: ${(error as Error).message}`);
    return highest;
  });
}

/**
 * Asks the node for its records, and the database only where they object, as somebody may have walked back its schema since: the
 * day of a rollback may be one on which it does not answer.
 */
async function schemaRefusals(
  context: Context,
  { swarm, repository = '.' }: Application,
  options: RollbackOptions,
  levelOf: ReadLevel,
): Promise<Refusal[]> {
  const { environment, target, stack = stackOf(environment) } = options;
  const records = await withNode(context, options, node =>
    node.look<ReleaseRecord>('releases', '--limit', RECORDS, '--stack', stack),
  );
  const oldestFirst = [...records].reverse();
  const wanted = rollbackTarget(oldestFirst, target);
  const gap = schemaGap(oldestFirst, wanted);
  if (gap === undefined) return [];
  const folder = resolve(context.root, repository, swarm?.migrations?.folder ?? FOLDER);
  const contracted = contractedIn(gap, await readMigrations(folder));
  if (contracted.length === 0) return [];
  const now = stack === stackOf(environment) ? await levelNow(context, options, levelOf, gap) : gap.highest;
  const lost = contracted.filter(({ seq }) => seq <= now);
  if (lost.length === 0) return [];
  const names = lost.map(({ up }) => up.name).join(', ');
  const level = (lost[0]?.seq ?? 1) - 1;
  return [
    {
      guard: 'schema',
      reason: `${names} took from the schema what ${wanted.version} needs; type slipway migrate down ${environment} --to ${level} first`,
    },
  ];
}
