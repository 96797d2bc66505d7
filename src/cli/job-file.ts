/** Which file `prl run FILE|FOLDER` and `--file` mean. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RequestError } from '../errors/types.ts';

const names = ['pipeline.yml', 'pipeline.yaml', 'job.yml', 'job.yaml'];

/** The file itself, or the one job file of a folder. @throws RequestError */
export function findJobFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new RequestError({ code: 'missing-file', message: `${path} is not there: expected a job file, or a folder with one.` });
  if (!found.isDirectory()) return path;
  const [file, ...others] = names.map((name) => join(path, name)).filter(isFile);
  if (file === undefined) {
    throw new RequestError({
      code: 'no-job-file',
      message: `The folder ${path} holds no job file: expected ${names.join(', ')}.`,
      hint: 'Give the file itself, or start with: prl init --language ts',
    });
  }
  if (others.length > 0) {
    throw new RequestError({
      code: 'several-job-files',
      message: `The folder ${path} holds several job files: ${[file, ...others].map((each) => basename(each)).join(', ')}.`,
      hint: 'Give the one to run.',
    });
  }
  return file;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
