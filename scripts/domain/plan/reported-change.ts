import type { AttributeChange } from './attribute-change';
import { attributeChanges, isReplacement } from './attribute-change';
import { lossOfDeleting } from './stateful-types';
import type { ResourceChange } from './terraform-plan';

export type ChangeKind = 'replace' | 'delete' | 'update' | 'create' | 'import' | 'forget';

/** One resource that an apply touches, as a reviewer wants to know it. */
export interface ReportedChange {
  readonly address: string;
  readonly type: string;
  readonly kind: ChangeKind;
  /** Why Terraform replaces, deletes or imports it, in words. Empty when the attributes say it. */
  readonly reason: string;
  /** For a replacement: whether the new object exists before the old one goes. */
  readonly newOneFirst: boolean;
  /** What is lost for good. Absent when nothing is. */
  readonly loses?: string;
  readonly attributes: readonly AttributeChange[];
  /** An object that an interrupted replacement left behind. */
  readonly leftBehind: boolean;
}

const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'its creation or its check failed the last time',
  replace_by_request: 'asked for with -replace',
  replace_by_triggers: 'something that it is tied to (replace_triggered_by) changes',
  delete_because_no_resource_config: 'it is no longer in the code',
  delete_because_no_module: 'its module is no longer in the code',
  delete_because_no_move_target: 'it was moved to an address that is not in the code',
  delete_because_wrong_repetition: 'it is no longer, or newly, repeated with count or for_each',
  delete_because_count_index: 'its number is above the count',
  delete_because_each_key: 'its key is no longer in for_each',
};

/** What an apply does to one resource; undefined for what it leaves alone or only reads. */
export function reportChange(resource: ResourceChange): ReportedChange | undefined {
  const kind = kindOf(resource);
  if (!kind || resource.mode === 'data') return undefined;
  const attributes =
    kind === 'update' || kind === 'replace' || kind === 'import' ? attributeChanges(resource.change) : [];
  const leftBehind = resource.deposed !== undefined;
  const loses = kind === 'delete' || kind === 'replace' ? lossOfDeleting(resource.type) : undefined;
  return {
    address: resource.address,
    type: resource.type,
    kind,
    reason: leftBehind ? 'left behind by a replacement that did not finish' : reasonOf(resource, kind, attributes),
    newOneFirst: resource.change.actions[0] === 'create' && kind === 'replace',
    // What a replacement left behind has a living successor: nothing that anybody uses is lost with it.
    ...(loses !== undefined && !leftBehind && { loses }),
    attributes,
    leftBehind,
  };
}

function kindOf({ change }: ResourceChange): ChangeKind | undefined {
  if (isReplacement(change)) return 'replace';
  const [action] = change.actions;
  if (action === 'create' || action === 'delete' || action === 'update' || action === 'forget') return action;
  return change.importing ? 'import' : undefined;
}

function reasonOf(resource: ResourceChange, kind: ChangeKind, attributes: readonly AttributeChange[]): string {
  const known = reasons[resource.action_reason ?? ''];
  if (known) return known;
  if (resource.change.importing) return `taken over from AWS as it is (${resource.change.importing.id ?? 'by id'})`;
  if (kind !== 'replace') return '';
  const forcing = attributes.filter(attribute => attribute.forcesReplacement).map(attribute => attribute.path);
  return forcing.length > 0 ? `${forcing.join(', ')} cannot be changed in place` : 'it cannot be changed in place';
}
