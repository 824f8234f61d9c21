import { splitStatements } from '../../../../scripts/domain/migration/statement-splitter';

async function split(sql: string, piece = 1000): Promise<{ line: number; text: string }[]> {
  const bytes = Buffer.from(sql);
  const found: { line: number; text: string }[] = [];
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  for await (const { line, text } of splitStatements(pieces(), '(1) a.sql')) found.push({ line, text });
  return found;
}

describe('splitting', () => {
  const cases: readonly (readonly [what: string, sql: string, ...texts: string[]])[] = [
    ['strings', `SELECT ';', 'it''s;', 'a\\';', ";"; SELECT 2;`, `SELECT ';', 'it''s;', 'a\\';', ";"`, 'SELECT 2'],
    ['quoted names, in which a backslash is one', 'SELECT `;\\`; SELECT 2;', 'SELECT `;\\`', 'SELECT 2'],
    ['comments', "-- it's;\nSELECT /* ; ' */ 1 # ;\n;", "SELECT /* ; ' */ 1 # ;"],
    ['two minuses that are no comment', 'SELECT 5--3;', 'SELECT 5--3'],
    ['executable comments', "/*!50000 SELECT '*/;' */;", "/*!50000 SELECT '*/;' */"],
    ['delimiters', 'DELIMITER $$\nBEGIN x; END$$\ndelimiter ;\nSELECT 1;', 'BEGIN x; END', 'SELECT 1'],
    ['empty statements', ';;\n;SELECT 1;;', 'SELECT 1'],
    ['text that is not ASCII', "SELECT 'é;€;😀';", "SELECT 'é;€;😀'"],
  ];

  it.each(cases)('knows %s, wherever the file is cut', async (_, sql, ...texts) => {
    for (const piece of [1, 2, 3, 7, 1000]) expect((await split(sql, piece)).map(({ text }) => text)).toEqual(texts);
  });

  it('tells the line on which a statement begins', async () => {
    const lines = await split("-- a\n\nSELECT 'x\ny';\n/* b\n */ SELECT 2;\n", 5);
    expect(lines.map(({ line }) => line)).toEqual([3, 6]);
  });

  it.each([
    ["SELECT 1;\nSELECT 'a", '2: a string that is never closed'],
    ['SELECT `a', '1: a quoted name that is never closed'],
    ['SELECT 1;\n/* a', '2: a comment that is never closed'],
    ['SELECT 1;\n\nSELECT 2', '3: a statement that is never ended'],
    ['/*! SELECT 1; */;', '1: a delimiter inside an executable comment'],
    ['/*M! SELECT 1 */;', '1: `/*M!`: MySQL skips what MariaDB executes'],
    ['--x\n;', '1: `--` without a space'],
    ['SELECT 1 \\g', '1: a backslash outside a string'],
    ['DELIMITER !!\n', '1: DELIMITER !!: allowed is'],
    ['SELECT 1\nDELIMITER $$\n', '2: DELIMITER inside a statement'],
    ['SELECT $$a;$$;', '1: `$$`: MySQL takes it'],
    ['/* a /* b */;', '1: a comment inside a comment'],
  ])('fails when it is not certain: %j', async (sql, message) => {
    for (const piece of [1, 1000]) await expect(split(sql, piece)).rejects.toThrow(`(1) a.sql:${message}`);
  });

  it('fails when the text is not UTF-8', async () => {
    const bytes = async function* () {
      yield Buffer.from([...Buffer.from("SELECT '"), 0xe9, ...Buffer.from("';")]);
    };
    await expect(splitStatements(bytes(), 'a.sql').next()).rejects.toThrow(
      'a.sql:1: the statement that begins here is not UTF-8',
    );
  });
});
