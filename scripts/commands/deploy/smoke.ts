import { type Application, application as configured } from '../../../stacks/environments/application';
import { environmentNamed } from '../../../stacks/environments';
import { ExitCode } from '../../domain/exit-code';
import { deployable } from '../../release/deploy';
import type { Action } from '../action';
import { siteOf, smoke as ask } from './site';

export interface SmokeOptions {
  readonly environment: string;
  /** What must serve. @default - whatever does */
  readonly version?: string;
}

/** `slipway smoke`: asks an environment from here what its check names, and says of each whether it passed. */
export function smoke({ environment, version }: SmokeOptions, application: Application = configured): Action {
  return async context => {
    const { swarm } = deployable(application);
    const rows = await ask(siteOf(context, environmentNamed(environment), swarm), version);
    const width = Math.max(...rows.map(({ host, what }) => `${host} ${what}`.length));
    for (const { host, what, fault } of rows) {
      context.output.print(
        `${fault === undefined ? 'pass' : 'FAIL'}  ${`${host} ${what}`.padEnd(width)}  ${fault ?? ''}`.trimEnd(),
      );
    }
    const isGood = rows.every(({ fault }) => fault === undefined);
    context.output.json({ command: 'smoke', environment, passed: isGood, checks: rows });
    return isGood ? ExitCode.Done : ExitCode.VerificationFailed;
  };
}
