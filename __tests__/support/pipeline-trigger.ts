import { type Filter, jobsOf, pipeline } from './pipeline';

/** What starts a pipeline. */
export interface Trigger {
  readonly branch?: string;
  readonly tag?: string;
  /** @default 'webhook' */
  readonly source?: 'webhook' | 'api' | 'scheduled_pipeline';
  /** @default - none, as for a push */
  readonly parameters?: Readonly<Record<string, string>>;
}

interface Condition {
  readonly and?: Condition[];
  readonly or?: Condition[];
  readonly not?: Condition;
  readonly equal?: unknown[];
}

/** The jobs that CircleCI runs for a trigger, by workflow; a workflow in which none is left does not begin. */
export function started(trigger: Trigger): Record<string, string[]> {
  const workflows = Object.entries(pipeline.workflows).map(([name, { when }]) => {
    const jobs = Object.entries(jobsOf(name)).filter(([, { filters = {} }]) => passes(trigger, filters));
    return [name, holds(when as Condition, trigger) ? jobs.map(([job]) => job) : []] as const;
  });
  return Object.fromEntries(workflows.filter(([, jobs]) => jobs.length > 0));
}

function holds(condition: Condition, trigger: Trigger): boolean {
  const { and, or, not, equal } = condition;
  if (and) return and.every(one => holds(one, trigger));
  if (or) return or.some(one => holds(one, trigger));
  if (not) return !holds(not, trigger);
  const values = (equal ?? []).map(value => valueOf(value, trigger));
  return values.every(value => value === values[0]);
}

function valueOf(value: unknown, { branch = '', tag = '', source = 'webhook', parameters = {} }: Trigger): unknown {
  const [, name] = /^<< pipeline\.(\S+) >>$/.exec(String(value)) ?? [];
  if (name === undefined) return value;
  if (name === 'git.branch') return branch;
  if (name === 'git.tag') return tag;
  if (name === 'trigger_source') return source;
  const parameter = name.replace('parameters.', '');
  const declared = pipeline.parameters[parameter];
  if (!declared) throw new Error(`the pipeline has no ${name}`);
  return parameters[parameter] ?? declared.default;
}

/** A job without filters runs for every branch and for no tag. */
function passes({ branch, tag }: Trigger, { branches, tags }: { branches?: Filter; tags?: Filter }): boolean {
  if (tag !== undefined) return tags !== undefined && allows(tags, tag);
  return branches === undefined || allows(branches, branch ?? '');
}

function allows({ only, ignore }: Filter, name: string): boolean {
  if (only !== undefined) return fits(only, name);
  return ignore === undefined || !fits(ignore, name);
}

/** A name, or between slashes a pattern that must fit as a whole. */
function fits(filter: string, name: string): boolean {
  const [, pattern] = /^\/(.*)\/$/.exec(filter) ?? [];
  return pattern === undefined ? filter === name : new RegExp(`^(?:${pattern})$`).test(name);
}
