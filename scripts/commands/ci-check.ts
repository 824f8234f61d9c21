import { environments } from '../../stacks/environments';
import { type Application, application as configured } from '../../stacks/environments/application';
import { contextReport, renderContextReport } from '../domain/ci/context-report';
import { contextVariables } from '../domain/ci/context-variables';
import { ExitCode } from '../domain/exit-code';
import type { Action } from './action';
import { circleCiOf } from './circleci-of';

/** `slipway ci check`: which variables the contexts of the pipeline have, and which are missing; never a value. */
export function ciCheck(application: Application = configured): Action {
  return async context => {
    const { circleci } = await circleCiOf(context, application, 'slipway ci check');
    const needed = contextVariables(application, environments);
    const ids = await circleci.contexts();
    const found = new Map<string, readonly string[]>();
    for (const { context: name } of needed) {
      const id = ids.get(name);
      if (id !== undefined) found.set(name, await circleci.variables(id));
    }
    const reports = contextReport(needed, found);
    context.output.print(renderContextReport(reports));
    const complete = reports.every(({ exists, missing }) => exists && missing.length === 0);
    context.output.json({ command: 'ci check', complete, contexts: reports });
    return complete ? ExitCode.Done : ExitCode.Changes;
  };
}
