import type { Hash } from 'node:crypto';
import type { MysqlSession } from '../adapters/mysql-session';
import { fingerprintOf } from '../adapters/object-definition';
import type { Resume } from '../domain/migration/history';
import { MigrationError } from '../domain/migration/migration-error';
import type { StatementClass } from '../domain/migration/statement-class';
import type { SqlStatement } from '../domain/migration/statement-splitter';

export interface ResumeQuestion {
  readonly statement: SqlStatement;
  readonly what: StatementClass;
  readonly resume: Resume;
  /** Hash of all statements up to and including this one. */
  readonly hash: Hash;
  readonly file: string;
  readonly total: number;
  readonly journalSession: MysqlSession;
  readonly work: MysqlSession;
}

/** Whether a statement that an earlier run began is done. @throws MigrationError when nothing shows it */
export async function resumeAt(question: ResumeQuestion): Promise<boolean> {
  const { statement, resume } = question;
  if (statement.index > resume.done) return wasInFlight(question);
  if (statement.index === resume.done) assertHead(question);
  await restoreSession(question);
  return true;
}

/** The head of the file must be what was run, or the count would be of other statements. */
function assertHead({ hash, resume, file }: ResumeQuestion): void {
  if (resume.doneSha256 === undefined || hash.copy().digest('hex') === resume.doneSha256) return;
  const what = resume.done === 1 ? 'statement 1' : `statements 1 to ${resume.done}`;
  throw new MigrationError(
    'history',
    `${file}: ${what} of it were run and have been edited since; restore them, edit only what comes after`,
    {
      next: `git diff -- "migrations/${file}"`,
    },
  );
}

async function wasInFlight({ statement, what, resume, journalSession, file, total }: ResumeQuestion): Promise<boolean> {
  const seq = /^\((\d+)\)/.exec(file)?.[1] ?? '';
  if (what.kind === 'ddl' && resume.fingerprint !== undefined) {
    const now = await fingerprintOf(journalSession, what.objects);
    return now.toString('hex') !== resume.fingerprint;
  }
  throw new MigrationError(
    'unknown',
    `${file}:${statement.line}, statement ${statement.index} of ${total} (${what.verb}) was in flight when the last run ended, and ` +
      `nothing shows whether it was done; look, then \`slipway migrate resolve ${seq} --done\` or \`--not-done\``,
    { next: `slipway migrate resolve ${seq} --done|--not-done` },
  );
}

/** Settings of the session went with it; constants are set again, what was read from the data cannot be. */
async function restoreSession({ statement, what, file, work }: ResumeQuestion): Promise<void> {
  if (what.kind !== 'session') return;
  if (/[(]|\bSELECT\b/i.test(statement.text)) {
    throw new MigrationError(
      'unknown',
      `${file}:${statement.line}: the run cannot be taken up again, as this value was read in a session that is gone; ` +
        'finish the file by hand, then `slipway migrate resolve --done`',
    );
  }
  await work.execute(statement.text);
}
