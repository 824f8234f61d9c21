import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerraformPlan } from '../../../../scripts/domain/plan/terraform-plan';
import { parseTerraformPlan } from '../../../../scripts/domain/plan/terraform-plan';

/**
 * Plans of Terraform 1.11.4 with provider 5.100.0 on emulated AWS, cut down to what is read here:
 * - `replacements`: new user data, a renamed bucket, a larger database, a removed record, a NAT gateway and an open port
 * - `unfinished-replacement`: the plan after an apply whose health gate was not passed
 * - `empty-after-apply`: the empty plan right after the first apply, with its ten entries of drift
 * - `changed-by-hand`: a class, a tag, a record, a rule, a grant and two records changed behind Terraform's back
 */
export type MeasuredPlan = 'replacements' | 'unfinished-replacement' | 'empty-after-apply' | 'changed-by-hand';

export function measuredPlan(name: MeasuredPlan): TerraformPlan {
  return parseTerraformPlan(readFileSync(join(__dirname, 'measured', `${name}.json`), 'utf8'));
}
