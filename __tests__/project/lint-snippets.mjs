/**
 * Lints snippets as if they stood in files of this project: JSON `[{file, code}]` on standard input, JSON
 * `[[ruleId, message]]` of each on standard output. A program of its own, because ESLint imports its configuration
 * and Jest's sandbox cannot. Rules that need types are left out: they would load the whole project for each snippet.
 */
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });
const results = [];
for (const { file, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: file });
  results.push(result.messages.map(({ ruleId, message }) => [ruleId ?? 'none', message]));
}
process.stdout.write(JSON.stringify(results));
