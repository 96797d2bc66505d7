import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import { sync } from '../../os/files.ts';

/** Settles a question among the workers of a step, none of which knows the others: the first to answer decides. Returns the answer. */
export type Agree = (question: string, answer: string) => string;

/** @param folder a file in it is an answer; it has its name when it is whole */
export function agreement(folder: string): Agree {
  return (question, answer) => {
    const file = join(folder, question);
    const draft = `${file}.${process.pid}`;
    mkdirSync(folder, { recursive: true });
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
    try {
      const descriptor = openSync(draft, 'w');
      writeSync(descriptor, answer);
      fsyncSync(descriptor);
      closeSync(descriptor);
      linkSync(draft, file);
      sync(folder);
      return answer;
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      return readFileSync(file, 'utf8');
    } finally {
      rmSync(draft, { force: true });
    }
  };
}
