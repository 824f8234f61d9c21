import { ExitCode } from '../domain/exit-code';
import type { Request } from '../domain/release/words';
import { SlipwayError } from '../domain/slipway-error';
import { apply, type ReadInput } from './verbs/apply';
import { goOnWith, takeBackWaiting } from './verbs/decide';
import { exec } from './verbs/exec';
import { lock, maintenance, unlock } from './verbs/hold';
import { audit, logs, releases, show } from './verbs/look';
import { plan } from './verbs/plan';
import { rollback } from './verbs/rollback';
import { runbook } from './verbs/runbook';
import { status } from './verbs/status';
import { scale } from './verbs/scale';
import { pruneStack, resume, tidy } from './verbs/tend';
import { watch } from './verbs/watch';
import type { World } from './world';

/** Version of the words and of the release document that this program understands. */
const PROTOCOL = '1';

/**
 * Does what was asked for.
 *
 * @returns an exit code of ours, or that of a command which was run in a task
 */
export async function dispatch(world: World, request: Request, readInput: ReadInput): Promise<number> {
  const stack = 'stack' in request ? known(world, request.stack) : world.settings.name;
  switch (request.verb) {
    case 'apply':
      return apply(world, readInput);
    case 'plan':
      return plan(world, readInput);
    case 'rollback':
      return rollback(world, stack, request, request.target);
    case 'exec':
      return exec(world, stack, request);
    case 'watch':
      return watch(world, stack, request);
    case 'status':
      return status(world, stack);
    case 'show':
      return show(world, stack, request.target);
    case 'releases':
      return releases(world, stack, request.limit);
    case 'audit':
      return audit(world, stack, request.limit);
    case 'logs':
      return logs(world, stack, request.service, request.lines);
    case 'lock':
      return lock(world, stack, request, request.minutes);
    case 'unlock':
      return unlock(world, stack, request);
    case 'maintenance':
      return maintenance(world, stack, request, request.on, request.allowIps);
    case 'canary':
      return request.decision === 'promote'
        ? goOnWith(world, stack, request, 'canary')
        : takeBackWaiting(world, stack, request, 'canary');
    case 'continue':
      return goOnWith(world, stack, request, 'paused');
    case 'abort':
      return takeBackWaiting(world, stack, request, 'paused');
    case 'scale':
      return scale(world, stack, request, request.replicas);
    case 'prune':
      return pruneStack(world, stack, request);
    case 'runbook':
      return runbook(world, stack);
    case 'resume':
      return resume(world);
    case 'tidy':
      return tidy(world);
    case 'version':
      world.output.print(PROTOCOL);
      return ExitCode.Done;
  }
}

function known({ settings }: World, stack = settings.name): string {
  if (Object.hasOwn(settings.stacks, stack)) return stack;
  const allowed = Object.keys(settings.stacks).join(', ');
  throw new SlipwayError(`stack ${JSON.stringify(stack)} is not on this node; allowed are ${allowed}; correct --stack`);
}
