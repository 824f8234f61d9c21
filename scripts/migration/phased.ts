import type { Migration } from '../domain/migration/migration-files';
import type { PhasedMigration } from '../domain/migration/phase';
import { classify } from '../domain/migration/statement-class';
import type { RunnerPorts } from './runner-ports';

/** The phase of a migration, and the names of all that it changes. */
export async function phased(statements: RunnerPorts['statements'], { up }: Migration): Promise<PhasedMigration> {
  const names = new Set<string>();
  for await (const { text } of statements(up.path, up.name)) {
    const what = classify(text);
    if (what.kind === 'ddl') what.objects.forEach(({ name }) => names.add(name));
    if (what.kind === 'dml' && what.table) names.add(what.table.name);
  }
  return { file: up.name, phase: up.directives.phase ?? 'expand', tables: [...names] };
}
