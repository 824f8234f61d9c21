import { type Command, Option } from 'commander';
import { ExitCode } from '../domain/exit-code';
import type { Action, Run } from './action';
import { type NodeFlags, nodeOptions } from './node-options';

/** A verb of the release program as it is typed here. */
interface NodeVerb {
  readonly name: string;
  readonly does: string;
  /** Behind the environment. */
  readonly arguments?: readonly (readonly [name: string, description: string])[];
  /** Beside those that all verbs have; handed on under the same names. */
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** Whether it changes something. */
  readonly changes?: boolean;
  /** Exit code that says that it has gone back to an older release, which people are told. @default - it never does */
  readonly wayBack?: ExitCode;
  /** What it does without an environment. @default - it needs one */
  readonly alone?: Action;
  readonly example: string;
}

const LIMIT = ['--limit <number>', 'how many of the newest'] as const;

const VERBS: readonly NodeVerb[] = [
  {
    name: 'status',
    does: 'what an environment runs, and what differs from its last release',
    example: 'status prod',
  },
  {
    name: 'releases',
    does: 'the releases of an environment, the newest first',
    options: [LIMIT],
    example: 'releases prod --limit 5',
  },
  {
    name: 'show',
    does: 'a release as it was handed to the node: images, environment, routes; secrets by name only',
    arguments: [['[release]', 'version or number, e.g. 202611.3 or #12; what is live without it']],
    example: 'show prod 202611.3',
  },
  {
    name: 'audit',
    does: 'who asked the node for what, the newest first',
    options: [LIMIT],
    example: 'audit prod',
  },
  {
    name: 'logs',
    does: 'what the tasks of a service wrote last',
    arguments: [['<service>', 'service of the stack, e.g. web']],
    options: [['--lines <number>', 'how many of the last lines']],
    example: 'logs prod web --lines 200',
  },
  {
    name: 'watch',
    does: 'compare what is live with the hour before its release, for some minutes; what is worse is rolled back (exit code 6)',
    options: [
      ['--minutes <number>', 'for how long, 10 where it is left out'],
      ['--only', 'look and end with 5, without a rollback'],
      ['--error-percent <number>', 'answers of 5xx that are allowed in any case, of a hundred; 1 where it is left out'],
      ['--error-times <number>', 'and how many times those of the hour before; 3'],
      ['--slow-ms <number>', 'time for 95 of 100 requests that is allowed in any case; 500'],
      ['--slow-times <number>', 'and how many times that of the hour before; 2'],
      ['--requests <number>', 'below so many requests nothing is said of errors and times; 20'],
      ['--restarts <number>', 'tasks that may end by themselves; 2'],
    ],
    changes: true,
    wayBack: ExitCode.RolledBack,
    example: 'watch prod --minutes 10',
  },
  {
    name: 'runbook',
    does: 'plain commands for the day when the release program is broken; print them before',
    example: 'runbook prod > runbook.sh',
  },
  {
    name: 'scale',
    does: 'set numbers of tasks, which later releases keep',
    arguments: [['<service=number...>', 'e.g. web=3']],
    changes: true,
    example: 'scale prod web=3 worker=1',
  },
  {
    name: 'canary',
    does: 'end a trial of a release with part of the visitors',
    arguments: [['<decision>', 'promote or drop']],
    changes: true,
    example: 'canary prod promote',
  },
  {
    name: 'continue',
    does: 'let a release that waits between two stages go on',
    changes: true,
    example: 'continue prod',
  },
  {
    name: 'abort',
    does: 'give up a release that is not in production yet, and remove its branch; with an environment: take back what waits there',
    alone: async context => (await import('./release')).abort()(context),
    changes: true,
    example: 'abort prod',
  },
  {
    name: 'maintenance',
    does: 'show the public a 503 instead of the site, or the site again',
    arguments: [['<state>', 'on or off']],
    options: [['--allow-ip <range...>', 'who sees the site meanwhile, e.g. 203.0.113.7']],
    changes: true,
    example: 'maintenance prod on --allow-ip 203.0.113.7',
  },
  {
    name: 'lock',
    does: 'keep everybody else from changing an environment for a while',
    options: [['--minutes <number>', 'for how long']],
    changes: true,
    example: 'lock prod --reason "migration by hand"',
  },
  { name: 'unlock', does: 'give a lock back', changes: true, example: 'unlock prod' },
  { name: 'prune', does: 'remove images that no release needs any more', changes: true, example: 'prune prod' },
];

/** Registers the verbs that the release program on the node answers. */
export function registerNodeCommands(program: Command, run: Run): void {
  for (const verb of VERBS) {
    const command = program.command(verb.name);
    command.argument(verb.alone === undefined ? '<env>' : '[env]', 'environment, e.g. prod');
    for (const [name, description] of verb.arguments ?? []) command.argument(name, description);
    for (const [flags, description] of verb.options ?? []) command.option(flags, description);
    nodeOptions(command, verb.changes ?? false)
      .description(verb.does)
      .addHelpText('after', `\nExample:\n  $ slipway ${verb.example}`)
      .action(() => ask(verb, command, run));
  }
}

function ask(
  { name, options = [], changes = false, alone, wayBack }: NodeVerb,
  command: Command,
  run: Run,
): Promise<void> {
  const [environment = '', ...words] = command.args;
  if (environment === '' && alone !== undefined) return run(alone);
  const { stack, json = false, ...flags } = command.optsWithGlobals<NodeFlags>();
  const handedOn = [
    ...(stack === undefined ? [] : ['--stack', stack]),
    ...options.flatMap(([text]) => given(command, text)),
  ];
  const question = { ...flags, environment, words: [name, ...words, ...handedOn], changes, json };
  return run(async context => {
    const work = (await import('./node/ask-node')).askNode(question);
    if (wayBack === undefined) return work(context);
    const where = { ...question, ...(stack !== undefined && { stack }), code: wayBack };
    return (await import('./node/tell-way-back')).tellingWayBack(work, where)(context);
  });
}

/** An option as words, once for each of its values. */
function given(command: Command, flags: string): string[] {
  const option = new Option(flags);
  const value = command.getOptionValue(option.attributeName()) as string | readonly string[] | true | undefined;
  if (value === true) return [option.long ?? ''];
  return [value ?? []].flat().flatMap(one => [option.long ?? '', one]);
}
