/** Arguments of a resource as they stand in the synthesized JSON. */
type Arguments = Readonly<Record<string, unknown>>;

/** The parts of a `cdk.tf.json` that the picture is drawn from. */
export interface SynthesizedJson {
  readonly provider?: Readonly<Record<string, readonly Arguments[]>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
}

/** Asks a synthesized stack for facts, and says which one is missing instead of drawing `undefined`. */
export class StackJson {
  constructor(private readonly json: SynthesizedJson) {}

  get region(): string {
    return text(this.json.provider?.['aws']?.[0] ?? {}, 'region');
  }

  get resourceCount(): number {
    return Object.values(this.json.resource ?? {}).reduce((sum, byName) => sum + Object.keys(byName).length, 0);
  }

  /** All resources of a type whose name begins so. */
  all(type: string, prefix = ''): Arguments[] {
    return named(this.json.resource?.[type], prefix);
  }

  one(type: string, prefix = ''): Arguments {
    return single(this.all(type, prefix), `${type} ${prefix}`);
  }

  data(type: string, prefix: string): Arguments {
    return single(named(this.json.data?.[type], prefix), `data ${type} ${prefix}`);
  }
}

function named(byName: Readonly<Record<string, Arguments>> | undefined, prefix: string): Arguments[] {
  return Object.entries(byName ?? {})
    .filter(([name]) => name.startsWith(prefix))
    .map(([, values]) => values);
}

function single(found: readonly Arguments[], what: string): Arguments {
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`the stack has ${found.length} of ${what.trim()}, expected one`);
  return first;
}

/** An argument that must be there, as text. */
export function text(values: Arguments, name: string): string {
  const value = values[name];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`the stack has no ${name} where the picture shows it`);
}
