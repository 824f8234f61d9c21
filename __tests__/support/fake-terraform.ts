import { writeFileSync } from 'node:fs';
import type { Command, Result } from '../../scripts/adapters/shell';
import type { TerraformPlan } from '../../scripts/domain/plan/terraform-plan';
import type { Answer } from './fake-project';

/** Answers by the name of a Terraform operation; what is left out succeeds. */
export interface FakeTerraform {
  /** The plan that `show -json` prints. */
  readonly plan: TerraformPlan;
  readonly results?: Readonly<Partial<Record<'init' | 'plan' | 'apply', Partial<Result>>>>;
  /** Names of programs that are not installed. */
  readonly missing?: readonly string[];
}

/** A shell in which Terraform writes its plan file and prints the plan that it is given. */
export function fakeTerraform({ plan, results, missing = [] }: FakeTerraform): Answer {
  return (command: Command) => {
    const [program, ...args] = command;
    if (missing.some(name => program.endsWith(name))) return { code: 127, stderr: `spawn ${program} ENOENT` };
    if (program === 'git') return { stdout: '0123456789abcdef\n' };
    const out = args.find(arg => arg.startsWith('-out='));
    if (out) writeFileSync(out.slice('-out='.length), 'a plan with secrets');
    if (args.includes('show')) return { stdout: JSON.stringify(plan) };
    const operation = (['init', 'plan', 'apply'] as const).find(name => args.includes(name));
    return operation && results?.[operation];
  };
}
