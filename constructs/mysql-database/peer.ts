import type { IConstruct } from 'constructs';

/** A part of the environment that may be let in to the database: it has a security group of its own. */
export interface Peer extends IConstruct {
  /** Name for the descriptions of the rules, e.g. `webshop-prod`. */
  readonly name: string;
  readonly securityGroupId: string;
}
