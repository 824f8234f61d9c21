import { ExitCode } from '../../domain/exit-code';
import type { ExecRequest } from '../../domain/release/words';
import { SlipwayError } from '../../domain/slipway-error';
import { isRunning } from '../../domain/swarm/judge-tasks';
import { type Colour, unitsOf } from '../../domain/swarm/units';
import type { StackFolder } from '../adapters/stack-folder';
import { openRun } from '../interrupted';
import { ownerOf } from '../session';
import type { World } from '../world';

interface Place {
  readonly task: string;
  readonly container: string;
}

/**
 * `exec`: runs a command in a task of a service, as the user and with the rights that the task has. Its streams are those of
 * the client, without a terminal.
 *
 * @returns the exit code of the command
 * @throws SlipwayError (exit code 2) when there is no such service, or no task of it here
 */
export async function exec(world: World, stack: string, request: ExecRequest): Promise<number> {
  const { service, command } = request;
  const folder = world.folder(stack);
  const { task, container } = await placeOf(world, stack, await serviceIn(world, folder, service));
  const what = `${JSON.stringify(command)} in task ${task}`;
  note(world, folder, request, `runs ${what}`);
  const code = await world.cli.execute(container, command);
  note(world, folder, request, `${what} ended with ${code}`);
  return code;
}

/** @throws SlipwayError when it cannot be written: what nobody would know of is not done */
function note(world: World, folder: StackFolder, request: ExecRequest, what: string): void {
  try {
    folder.addAudit({ at: world.now().toISOString(), ...ownerOf(request, request.service), what });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SlipwayError(`the audit of ${folder.stack} cannot be written: ${why}; make room on the disk: prune`);
  }
}

/** Full name of the service that is meant: of two colours, that of a release which waits for a look, else the live one. */
async function serviceIn(world: World, folder: StackFolder, service: string): Promise<string> {
  const { stack } = folder;
  const there = (await world.docker.services(stack)).map(({ Spec }) => Spec.Name);
  const colour = waitingColour(world, folder, service) ?? folder.current().colours[service];
  const found = [`${service}-${colour ?? ''}`, service]
    .map(name => `${stack}_${name}`)
    .find(name => there.includes(name));
  if (found !== undefined) return found;
  const known = there.map(name => name.slice(stack.length + 1)).join(', ');
  throw new SlipwayError(`${stack} has no service ${JSON.stringify(service)}; it has ${known || 'none yet'}`);
}

function waitingColour(world: World, folder: StackFolder, service: string): Colour | undefined {
  const run = openRun(world, folder);
  if (run?.journal.state !== 'paused' && run?.journal.state !== 'canary') return undefined;
  const unit = unitsOf(run.wanted.release).find(({ services }) => services.includes(service));
  const started = run.journal.steps.find(step => step.kind === 'started' && step.unit === unit?.name);
  return started?.kind === 'started' ? started.colour : undefined;
}

/** A task that runs on this node: Docker lets nobody into those of another one. */
async function placeOf(world: World, stack: string, name: string): Promise<Place> {
  const service = (await world.docker.services(stack)).find(({ Spec }) => Spec.Name === name);
  const tasks = (await world.docker.tasks(service === undefined ? [] : [service.ID])).filter(isRunning);
  const here = await world.docker.thisNode();
  const task = tasks.find(({ NodeID }) => NodeID === here);
  const container = task?.Status.ContainerStatus?.ContainerID;
  if (task !== undefined && container !== undefined) return { task: task.ID, container };
  const [elsewhere] = tasks;
  if (elsewhere === undefined) throw new SlipwayError(`${name} has no task that runs; see \`status\` and \`logs\``);
  const node = elsewhere.NodeID === undefined ? 'none' : await world.docker.hostname(elsewhere.NodeID);
  throw new SlipwayError(
    `${name} runs on the node ${node} only, and commands can be run on this one; \`scale\` it until a task is here, or pin it with placement`,
    ExitCode.Usage,
  );
}
