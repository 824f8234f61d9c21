import { type JournalEntry, MigrationJournal, type Progress } from '../../../scripts/adapters/migration-journal';
import type { MysqlSession } from '../../../scripts/adapters/mysql-session';
import { MigrationError } from '../../../scripts/domain/migration/migration-error';

const SHA = 'ab'.repeat(32);
const entry = (seq: number): JournalEntry => ({
  seq,
  name: `step ${seq}`,
  state: 'applying',
  upSha256: SHA,
  downSha256: SHA,
  downSql: 'SELECT 1;',
  total: 2,
});
const progress: Progress = { done: 2, started: 2, doneSha256: Buffer.alloc(32) };

/** Two sessions that write down what they are asked, by the first word. */
class Sessions {
  readonly asked: string[] = [];
  refuses: { readonly word: string; readonly error: Error } | undefined;

  session(name: string): MysqlSession {
    const ask = (sql: string) => {
      const word = /^\s*(\w+)/.exec(sql)?.[1] ?? '';
      this.asked.push(`${name} ${word}`);
      if (this.refuses?.word === word) return Promise.reject(this.refuses.error);
      return Promise.resolve([]);
    };
    return {
      connectionId: 7,
      version: '',
      flavour: 'mysql',
      query: ask,
      execute: sql => ask(sql).then(() => ({ affectedRows: 1, warnings: 0 })),
      reset: () => Promise.resolve(),
      end: () => Promise.resolve(),
      destroy: () => undefined,
    };
  }
}

let sessions: Sessions;
let journal: MigrationJournal;
let committed: jest.Mock;
beforeEach(() => {
  sessions = new Sessions();
  committed = jest.fn(() => void sessions.asked.push('told'));
  journal = new MigrationJournal(sessions.session('journal'), 7, { who: 'somebody', toolVersion: '1' });
});
const openRows = () => ({ session: sessions.session('work'), committed });

test('the end of a migration, its rows and the beginning of the next are one commit, and told after it', async () => {
  await journal.begin(entry(1), progress);
  journal.ends(entry(1), progress, openRows());
  expect(committed).not.toHaveBeenCalled();
  await journal.begin(entry(2), progress);
  expect(sessions.asked).toEqual(['journal INSERT', 'work INSERT', 'work COMMIT', 'told']);
});

test('without open rows the journal writes alone', async () => {
  journal.ends(entry(1), progress);
  await journal.begin(entry(2), progress);
  expect(sessions.asked).toEqual(['journal INSERT']);
});

test('what nothing follows is committed at the end, once', async () => {
  journal.ends(entry(1), progress, openRows());
  await journal.flush();
  await journal.flush();
  expect(sessions.asked).toEqual(['work UPDATE', 'work COMMIT', 'told']);
});

test('rows that cannot be committed are taken back, and belong to the migration that made them', async () => {
  const full = Object.assign(new Error('disk full'), { errno: 1021, sqlState: 'HY000' });
  sessions.refuses = { word: 'COMMIT', error: full };
  journal.ends(entry(1), progress, openRows());
  const failure = await journal.begin(entry(2), progress).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MigrationError);
  expect((failure as MigrationError).message).toMatch(
    /^\(1\) step 1: its last changes of rows were taken back.*disk full/,
  );
  expect(sessions.asked).toEqual(['work INSERT', 'work COMMIT', 'work ROLLBACK']);
});

test('when the connection is lost in between, nobody says that it was taken back', async () => {
  const lost = Object.assign(new Error('gone'), { fatal: true });
  sessions.refuses = { word: 'COMMIT', error: lost };
  journal.ends(entry(1), progress, openRows());
  await expect(journal.flush()).rejects.toBe(lost);
  expect(sessions.asked).not.toContain('work ROLLBACK');
  expect(committed).not.toHaveBeenCalled();
});
