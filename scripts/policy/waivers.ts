/** What a scanner found. */
export interface Finding {
  /** Id of the check, e.g. `CKV_AWS_88`. */
  readonly check: string;
  /** What the check wants, in the scanner's words. */
  readonly wants: string;
  /** Path of the construct, e.g. `prod/Node/Resource`. */
  readonly resource: string;
  /** File in which it was found. */
  readonly file: string;
}

/** A finding that stays, on purpose. */
export interface Waiver {
  readonly check: string;
  /** Path of the construct; `*` stands for any characters. */
  readonly resource: string;
  readonly reason: string;
  /** What following the advice would cost a month, in USD (list price, eu-central-1). */
  readonly price: number;
}

export interface Judgement {
  /** Findings that nobody has decided about. */
  readonly unwaived: readonly string[];
  /** Waivers for something that is no longer found; they would hide the next one. */
  readonly unused: readonly string[];
}

/** Compares what was found with what was decided. */
export function judge(findings: readonly Finding[], waivers: readonly Waiver[]): Judgement {
  const covers = (waiver: Waiver, finding: Finding) =>
    waiver.check === finding.check && pattern(waiver.resource).test(finding.resource);
  return {
    unwaived: findings
      .filter(finding => !waivers.some(waiver => covers(waiver, finding)))
      .map(({ check, resource, file, wants }) => `${check} ${resource} (${file}): ${wants}`),
    unused: waivers
      .filter(waiver => !findings.some(finding => covers(waiver, finding)))
      .map(({ check, resource }) => `${check} ${resource}`),
  };
}

function pattern(glob: string): RegExp {
  const parts = glob.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
