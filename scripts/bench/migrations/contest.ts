import type { DatabaseServer } from '../../rehearsal/database-lab/database-server';
import { Samples } from '../samples';
import type { Client } from './clients';
import { measure } from './process-run';
import type { Workload } from './workload';

/** How one client did over all rounds. */
export interface Score {
  readonly client: string;
  /** Undefined when it never ended well. */
  readonly milliseconds: Samples | undefined;
  readonly memory: Samples | undefined;
  /** What went wrong, once for each failed round. */
  readonly failures: readonly string[];
  /** The median against the first client's; undefined when either never ended well. */
  readonly ratio: number | undefined;
}

const SCHEMA = 'bench';

/**
 * Lets clients run the same workload against the same server, in turns, each time into an empty schema, and counts the
 * rows afterwards: what is not all there is a failure, however fast it was.
 *
 * @param clients  the first is the one that the others are compared with
 */
export async function contest(
  server: DatabaseServer,
  workload: Workload,
  clients: readonly Client[],
  rounds: number,
  progress: (line: string) => void,
): Promise<readonly Score[]> {
  const runs = clients.map(client => ({
    client,
    milliseconds: [] as number[],
    memory: [] as number[],
    failures: [] as string[],
  }));
  for (let round = 1; round <= rounds; round++) {
    // Every other round backwards, as each run warms the server for the next.
    for (const run of round % 2 === 1 ? runs : runs.toReversed()) {
      const { milliseconds, memory, failure } = await oneRun(server, workload, run.client);
      const result = failure ?? `${Math.round(milliseconds)} ms, ${Math.round(memory)} MB`;
      progress(`${workload.name}, round ${round}, ${run.client.name}: ${result}`);
      if (failure === undefined) {
        run.milliseconds.push(milliseconds);
        run.memory.push(memory);
      } else {
        run.failures.push(failure);
      }
    }
  }
  const samples = (values: readonly number[]) => (values.length > 0 ? new Samples(values) : undefined);
  const floor = samples(runs[0]?.milliseconds ?? []);
  return runs.map(({ client, milliseconds, memory, failures }) => {
    const taken = samples(milliseconds);
    return {
      client: client.name,
      milliseconds: taken,
      memory: samples(memory),
      failures,
      ratio: taken && floor ? taken.median / floor.median : undefined,
    };
  });
}

async function oneRun(server: DatabaseServer, workload: Workload, client: Client) {
  await server.createSchema(SCHEMA);
  const { command, options } = client.run(workload, server, SCHEMA);
  const run = await measure(command, options);
  if (run.failure !== undefined) return run;
  const connection = await server.connect(SCHEMA);
  try {
    const rows = await workload.count(connection);
    return rows === workload.rows ? run : { ...run, failure: `ended well with ${rows} of ${workload.rows} rows` };
  } catch (error) {
    return { ...run, failure: `ended well, but ${String(error)}` };
  } finally {
    await connection.end();
  }
}
