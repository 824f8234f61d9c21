import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { type BuildPlace, type BuildStep, type Built, buildSteps } from '../domain/image/build-steps';
import type { BuildMachine } from './build-machine';
import { type Git } from './git';
import type { RegistryLogin } from './registry';
import type { Command } from './shell';

export interface BuildRequest extends Built {
  readonly commit: string;
  /** Registry to log in to, e.g. `registry.example.org`. */
  readonly server: string;
  readonly login?: RegistryLogin;
  readonly context: string;
  /** How often a build that failed is tried again. */
  readonly retry: number;
}

export interface BuilderPorts {
  readonly machine: BuildMachine;
  readonly git: Git;
  /** Folder for the logs of the attempts. */
  readonly logs: string;
  readonly log: (line: string) => void;
  /** Told each line that Docker prints. */
  readonly onOutput?: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds and pushes an image from one commit, whatever lies in the work tree: the sources are Git's archive of that commit.
 * Docker gets settings of its own, in a folder that goes afterwards, so that no login stays.
 */
export async function buildImage(ports: BuilderPorts, request: BuildRequest): Promise<void> {
  const { machine } = ports;
  const local = await mkdtemp(path.join(tmpdir(), 'slipway-build-'));
  try {
    const archive = path.join(local, 'context.tar');
    await archiveOf(ports.git, request, archive);
    const folder = await must(ports, ['mktemp', '-d']);
    try {
      const sources = `${folder}/sources`;
      await must(ports, ['mkdir', sources]);
      await must(ports, ['tar', '-x', '-f', await machine.put(archive, folder), '-C', sources]);
      const place = { docker: ['docker', '--config', `${folder}/docker`], config: `${folder}/docker`, sources };
      if (request.attest) await assertBuildx(ports, place);
      await logIn(ports, place, request);
      await tryBuilds(ports, place, request);
    } finally {
      await machine.run(['rm', '-r', '-f', folder], { write: true });
    }
  } finally {
    await rm(local, { recursive: true });
  }
}

async function archiveOf(git: Git, request: BuildRequest, archive: string): Promise<void> {
  const folder = path.posix.normalize(request.context).replace(/\/$/, '');
  const tree = folder === '.' ? request.commit : `${request.commit}:${folder}`;
  if (request.buildpacks === undefined) await assertDockerfile(git, request, folder, tree);
  await git.write(['archive', '--format=tar', `--output=${archive}`, tree]);
}

async function assertDockerfile(git: Git, request: BuildRequest, folder: string, tree: string): Promise<void> {
  const { commit, dockerfile } = request;
  const { code } = await git.look([
    'cat-file',
    '-e',
    folder === '.' ? `${commit}:${dockerfile}` : `${tree}/${dockerfile}`,
  ]);
  if (code !== 0) {
    throw new SlipwayError(
      `${path.posix.join(folder, dockerfile)} is not in commit ${commit.slice(0, 7)}; commit it, or correct \`image.dockerfile\``,
      ExitCode.BuildFailed,
    );
  }
}

async function assertBuildx(ports: BuilderPorts, { docker }: BuildPlace): Promise<void> {
  const { code } = await run(ports, [...docker, 'buildx', 'version']);
  if (code === 0) return;
  throw new SlipwayError(
    `\`image.attest\` needs Docker's buildx on ${ports.machine.name}; install docker-buildx, or leave it out`,
    ExitCode.BuildFailed,
  );
}

async function logIn(ports: BuilderPorts, { docker }: BuildPlace, { server, login }: BuildRequest): Promise<void> {
  if (!login) return;
  const command = [...docker, 'login', '--username', login.username, '--password-stdin', server];
  // Docker's answer is not shown: nothing of a token may get into a log.
  const { code } = await run(ports, command, { input: login.password });
  if (code === 0) return;
  throw new SlipwayError(
    `registry ${server} refuses the login of ${login.username} on ${ports.machine.name}; check the token`,
    ExitCode.BuildFailed,
  );
}

async function tryBuilds(ports: BuilderPorts, place: BuildPlace, request: BuildRequest): Promise<void> {
  const { commit, image, retry } = request;
  const logs: string[] = [];
  await mkdir(ports.logs, { recursive: true });
  for (let attempt = 1; attempt <= retry + 1; attempt += 1) {
    const file = path.join(ports.logs, `build-${commit.slice(0, 7)}-${process.pid}-${attempt}.log`);
    logs.push(file);
    const { last, what } = await attemptOf(ports, buildSteps(request, place), file);
    if (last.code === 0) return;
    const reason = last.stderr.trim().split('\n').at(-1) ?? '';
    if (attempt <= retry && !ports.signal.aborted) ports.log(`the ${what} failed (${reason}); trying once more`);
    else
      throw new SlipwayError(
        `the ${what} of ${image} failed: ${reason}; read ${logs.join(' and ')}`,
        ExitCode.BuildFailed,
      );
  }
}

async function attemptOf(ports: BuilderPorts, steps: readonly BuildStep[], file: string) {
  for (const { what, command, input } of steps) {
    const last = await run(ports, command, { file, ...(input !== undefined && { input }) });
    if (last.code !== 0) return { last, what };
  }
  return { last: { code: 0, stdout: '', stderr: '' }, what: 'build' as const };
}

async function must(ports: BuilderPorts, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(ports, command);
  if (code === 0) return stdout.trim();
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new SlipwayError(`${command[0] ?? ''} failed on ${ports.machine.name}: ${reason}`, ExitCode.BuildFailed);
}

async function run(
  { machine, signal, onOutput }: BuilderPorts,
  [program = '', ...args]: readonly string[],
  { input, file }: { readonly input?: string; readonly file?: string } = {},
) {
  const command: Command = [program, ...args];
  const listening = file !== undefined && onOutput ? { onLine: onOutput } : {};
  const result = await machine.run(command, {
    write: true,
    signal,
    ...(input !== undefined && { input }),
    ...listening,
  });
  if (file !== undefined) await appendFile(file, result.stdout + result.stderr);
  return result;
}
