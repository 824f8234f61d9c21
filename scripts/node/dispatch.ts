import { ExitCode } from '../domain/exit-code';
import type { Request } from '../domain/release/words';
import { SlipwayError } from '../domain/slipway-error';
import { apply, type ReadInput } from './verbs/apply';
import { goOnWith, takeBackWaiting } from './verbs/decide';
import { lock, maintenance, unlock } from './verbs/hold';
import { audit, logs, releases } from './verbs/look';
import { rollback } from './verbs/rollback';
import { runbook } from './verbs/runbook';
import { status } from './verbs/status';
import { pruneStack, resume, scale, tidy } from './verbs/tend';
import type { World } from './world';

/** Does what was asked for. */
export async function dispatch(world: World, request: Request, readInput: ReadInput): Promise<ExitCode> {
  switch (request.verb) {
    case 'apply':
      return apply(world, readInput);
    case 'tidy':
      return tidy(world);
    case 'resume':
      return resume(world);
    case 'version':
      world.output.print('1');
      return ExitCode.Done;
    default:
      return onStack(world, stackOf(world, request.stack), request);
  }
}

type StackRequest = Extract<Request, { readonly stack?: string | undefined }>;

function onStack(world: World, stack: string, request: StackRequest): Promise<ExitCode> | ExitCode {
  switch (request.verb) {
    case 'rollback':
      return rollback(world, stack, request.by, request.target);
    case 'status':
      return status(world, stack);
    case 'releases':
      return releases(world, stack, request.limit);
    case 'audit':
      return audit(world, stack, request.limit);
    case 'logs':
      return logs(world, stack, request.service, request.lines);
    case 'lock':
      return lock(world, stack, request.by, request.reason, request.minutes);
    case 'unlock':
      return unlock(world, stack, request.by);
    case 'maintenance':
      return maintenance(world, stack, request.by, request.on, request.allowIps);
    case 'canary':
      return request.decision === 'promote'
        ? goOnWith(world, stack, request.by, 'canary', 'canary promote')
        : takeBackWaiting(world, stack, request.by, 'canary', 'canary drop');
    case 'continue':
      return goOnWith(world, stack, request.by, 'paused', 'continue');
    case 'abort':
      return takeBackWaiting(world, stack, request.by, 'paused', 'abort');
    case 'scale':
      return scale(world, stack, request.by, request.replicas);
    case 'prune':
      return pruneStack(world, stack, request.by);
    case 'runbook':
      return runbook(world, stack);
  }
}

function stackOf({ settings }: World, stack: string | undefined): string {
  const wanted = stack ?? settings.name;
  if (wanted in settings.stacks) return wanted;
  throw new SlipwayError(
    `stack ${JSON.stringify(wanted)} is not on this node; allowed are ${Object.keys(settings.stacks).join(', ')}; correct --stack`,
  );
}
