import { type App, TerraformStack, Testing } from 'cdktf';

/** Values of one resource or data source as they stand in the synthesized JSON (snake_case). */
export type Values = Readonly<Record<string, unknown>>;

/** One resource with its Terraform address, e.g. `aws_vpc.Network_Resource_1A2B`. */
export interface Resource {
  readonly type: string;
  readonly address: string;
  readonly values: Values;
}

interface StackJson {
  readonly resource?: Record<string, Record<string, Values>>;
  readonly data?: Record<string, Record<string, Values>>;
  readonly output?: Record<string, Values>;
  readonly provider?: Record<string, Values[]>;
}

function flatten(section: Record<string, Record<string, Values>> | undefined): Resource[] {
  return Object.entries(section ?? {}).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, values]) => ({ type, address: `${type}.${name}`, values })),
  );
}

/** The synthesized JSON of a stack, as a test wants to ask it: about all resources, not about "some". */
export class Template {
  private constructor(readonly json: StackJson) {}

  /** Synthesizes a throw-away stack that `build` has filled. */
  static of(build: (stack: TerraformStack) => void): Template {
    const stack = new TerraformStack(Testing.app({ stackTraces: false }), 'test');
    build(stack);
    return Template.ofStack(stack);
  }

  /** Synthesizes a stack that exists. */
  static ofStack(stack: TerraformStack): Template {
    return new Template(JSON.parse(Testing.synth(stack, true)) as StackJson);
  }

  /** All resources, or all of one type, sorted by address. */
  resources(type?: string): Resource[] {
    return flatten(this.json.resource)
      .filter(resource => type === undefined || resource.type === type)
      .sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** All data sources, or all of one type. */
  dataSources(type?: string): Resource[] {
    return flatten(this.json.data).filter(source => type === undefined || source.type === type);
  }

  /** Values of the one resource of a type; fails when there are none or several. */
  only(type: string): Values {
    const found = this.resources(type);
    if (found.length !== 1 || !found[0]) {
      throw new Error(`expected one ${type}, found ${found.map(resource => resource.address).join(', ') || 'none'}`);
    }
    return found[0].values;
  }

  /** Values of the one resource of a type whose name starts so, e.g. `Network_Public`. */
  named(type: string, prefix: string): Values {
    const found = this.resources(type).filter(resource => resource.address.startsWith(`${type}.${prefix}`));
    if (found.length !== 1 || !found[0]) throw new Error(`expected one ${type}.${prefix}*, found ${found.length}`);
    return found[0].values;
  }
}

/** An app as the tests want it: no stack traces in the JSON. */
export function testApp(): App {
  return Testing.app({ stackTraces: false });
}
