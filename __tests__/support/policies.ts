import type { Resource } from './template';

/** One statement of an IAM policy, with lists where IAM allows a single value as well. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

type OneOrMany = string | readonly string[] | undefined;

interface RawStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
}

/** Attributes that hold a policy document. */
const POLICY_ATTRIBUTES = ['policy', 'assume_role_policy', 'redrive_policy'];

function list(value: OneOrMany): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** All statements of the policies that a resource carries; fails on a policy that cannot be read. */
export function statementsOf(resource: Resource): Statement[] {
  return POLICY_ATTRIBUTES.flatMap(attribute => {
    const text = resource.values[attribute];
    if (typeof text !== 'string' || /^\$\{[^}]*\}$/.test(text)) return [];
    const document = JSON.parse(text) as { Statement?: RawStatement | RawStatement[] };
    if (document.Statement === undefined) return [];
    const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
    return statements.map(statement => ({
      sid: statement.Sid ?? '',
      effect: statement.Effect,
      actions: [...list(statement.Action), ...list(statement.NotAction)],
      resources: list(statement.Resource),
    }));
  });
}
