import { SlipwayError } from '../slipway-error';

/** Values of one resource, as Terraform's JSON has them. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Marks that mirror the shape of the values they belong to: `true` marks the whole value, an object or array marks
 * its parts. Terraform uses the same form for "sensitive" and for "unknown until applied".
 */
export type Mark = boolean | null | undefined | readonly Mark[] | { readonly [key: string]: Mark };

type ActionName = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'forget';

export interface Change {
  readonly actions: readonly ActionName[];
  readonly before: Values | null;
  readonly after: Values | null;
  readonly after_unknown?: Mark;
  readonly before_sensitive?: Mark;
  readonly after_sensitive?: Mark;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: { readonly id?: string };
}

export interface ResourceChange {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  /** Key of an object that an unfinished create-before-destroy replacement left behind. */
  readonly deposed?: string;
  /** Terraform's own word for why it replaces or deletes. */
  readonly action_reason?: string;
  readonly change: Change;
}

export interface StateResource {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly values?: Values;
}

interface StateModule {
  readonly resources?: readonly StateResource[];
  readonly child_modules?: readonly StateModule[];
}

export interface StateValues {
  readonly root_module?: StateModule;
}

/**
 * The part of `terraform show -json <plan>` that is used here, format 1.x.
 *
 * `resource_changes` and `applyable` are the truth about what an apply does. `resource_drift` is not: right after an
 * apply, when the next plan is empty, it still lists every attribute that AWS filled in meanwhile.
 */
export interface TerraformPlan {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly resource_changes?: readonly ResourceChange[];
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly ActionName[] }>>;
  readonly planned_values?: StateValues;
  readonly prior_state?: { readonly values?: StateValues };
  /** Whether an apply of this plan would do anything. */
  readonly applyable?: boolean;
  /** Whether planning stopped early, e.g. at `prevent_destroy`; such a plan can be read, but not applied. */
  readonly errored?: boolean;
}

/** Reads the output of `terraform show -json <plan>`. */
export function parseTerraformPlan(text: string): TerraformPlan {
  const plan = JSON.parse(text) as Partial<TerraformPlan>;
  if (!plan.format_version?.startsWith('1.')) {
    const received = plan.format_version ?? 'none';
    throw new SlipwayError(`plan format is ${received}, allowed is 1.x; use Terraform 1.11 or a later 1.x`);
  }
  return plan as TerraformPlan;
}

/** All managed resources of a state or of planned values, those in modules included. */
export function managedResources(values: StateValues | undefined): StateResource[] {
  const ofModule = (module: StateModule): StateResource[] => [
    ...(module.resources ?? []),
    ...(module.child_modules ?? []).flatMap(ofModule),
  ];
  return ofModule(values?.root_module ?? {}).filter(resource => resource.mode === 'managed');
}
