import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../action';
import { fileNames, pairNames, parseFileName } from '../../domain/migration/file-name';
import { answering } from './answer';
import { type FolderOptions, folderOf } from './database-options';

export interface NewOptions extends FolderOptions {
  readonly name: string;
}

/** `slipway migrate new`: an empty pair of files with the next number. */
export function newMigration({ name, ...options }: NewOptions): Action {
  return answering(context => {
    const folder = folderOf(options, context);
    const pairs = pairNames(readdirSync(folder).filter(file => /\.sql$/i.test(file)));
    const { up, down } = fileNames(pairs.length + 1, name);
    parseFileName(up);
    const files: readonly (readonly [file: string, text: string])[] = [
      [up, `-- phase: expand\n-- ${name}\n\n`],
      [down, `-- Undoes "${name}" completely; see \`slipway migrate verify\`.\n\n`],
    ];
    for (const [file, text] of files) {
      if (context.dryRun) context.output.log(`would write: ${join(folder, file)}`);
      // Never over somebody's file, also when two do this at once.
      else writeFileSync(join(folder, file), text, { flag: 'wx' });
      context.output.print(join(folder, file));
    }
    return Promise.resolve({ facts: { files: [up, down] } });
  });
}
