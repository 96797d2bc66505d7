/** A working example job in the current folder. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { copyTree } from '../../os/files.ts';
import { tell } from '../errors.ts';
import { schemaText } from '../schema/schema.ts';
import { type Language, type TemplateName, templateFor } from './templates.ts';

/** @throws RequestError when the folder is not empty, or the language has no such template. */
export function init(language: Language, name: TemplateName, folder: string = process.cwd()): void {
  const template = templateFor(language, name);
  const present = readdirSync(folder).filter((name) => name !== '.git');
  if (present.length > 0) {
    throw new RequestError({
      code: 'folder-not-empty',
      message: `${folder} is not empty (it holds ${present.slice(0, 3).join(', ')}${present.length > 3 ? ' …' : ''}): expected an empty folder.`,
      hint: 'Try: mkdir my-job && cd my-job',
    });
  }
  copyTree(template.folder, folder);
  // The job file's first line names it: editors that know YAML complete keys and mark mistakes.
  writeFileSync(join(folder, 'job.schema.json'), schemaText('job'));
  // Jobs of this folder and below it are kept here, out of version control.
  const home = join(folder, '.parallelrun');
  mkdirSync(home);
  writeFileSync(join(home, '.gitignore'), '*\n');
  tell(
    [
      `A job that ${template.does}:`,
      '',
      '  prl job plan .      what its mini-batches would be',
      '  prl run .           run it',
      '',
      ...(template.more === undefined ? [] : [template.more]),
      `${template.file} is the job; it says what each setting means. job.schema.json is for your editor.`,
    ].join('\n'),
  );
}
