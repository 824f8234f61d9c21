import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Run {
  readonly name: string;
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

type Step = string | { readonly run?: Run; readonly when?: { readonly steps: Step[] } } | Record<string, unknown>;

export interface Filter {
  readonly only?: string;
  readonly ignore?: string;
}

interface Invocation {
  readonly name?: string;
  readonly type?: string;
  readonly requires?: string[];
  readonly context?: string | readonly string[];
  readonly environment?: string;
  readonly comment?: boolean;
  readonly 'serial-group'?: string;
  readonly filters?: { readonly branches?: Filter; readonly tags?: Filter };
}

interface Pipeline {
  readonly parameters: Record<string, { readonly type: string; readonly enum?: string[]; readonly default: string }>;
  readonly commands: Record<string, { readonly steps: Step[] }>;
  readonly jobs: Record<string, { readonly steps: Step[]; readonly parallelism?: number }>;
  readonly workflows: Record<
    string,
    { readonly when: unknown; readonly jobs: (string | Record<string, Invocation>)[] }
  >;
}

const root = path.join(__dirname, '..', '..');
/** The text of .circleci/config.yml. */
export const text = readFileSync(path.join(root, '.circleci', 'config.yml'), 'utf8');
/** The same, parsed. */
export const pipeline = parse(text, { merge: true }) as Pipeline;

/** The jobs of a workflow by the name under which they run there. */
export function jobsOf(workflow: string): Record<string, Invocation & { readonly job: string }> {
  const entries = pipeline.workflows[workflow]!.jobs.map(entry => {
    const [job, invocation] = typeof entry === 'string' ? [entry, {}] : Object.entries(entry)[0]!;
    return [invocation.name ?? job, { ...invocation, job }] as const;
  });
  return Object.fromEntries(entries);
}

/** The contexts of a job in a workflow. */
export function contextsOf({ context }: Pick<Invocation, 'context'>): readonly string[] {
  return context === undefined ? [] : typeof context === 'string' ? [context] : context;
}

/** Everything that has passed when a job begins. */
export function before(workflow: string, name: string): string[] {
  const jobs = jobsOf(workflow);
  const direct = jobs[name]?.requires ?? [];
  return [...new Set(direct.flatMap(one => [one, ...before(workflow, one)]))].sort();
}

function forProduction(run: Run): Run {
  return { ...run, command: run.command.replaceAll('<< parameters.environment >>', 'prod') };
}

/** The scripts of a job or command as they run for prod, those of the commands that it uses included. */
export function runsOf(steps: readonly Step[]): Run[] {
  return steps.flatMap(step => {
    if (typeof step === 'string') return runsOf(pipeline.commands[step]?.steps ?? []);
    const { run, when } = step as { run?: Run; when?: { steps: Step[] } };
    return [...(run ? [forProduction(run)] : []), ...runsOf(when?.steps ?? [])];
  });
}

/** One script of a job. */
export function commandOf(job: string, name: RegExp): string {
  const found = runsOf(pipeline.jobs[job]!.steps).find(run => name.test(run.name));
  return found!.command;
}
