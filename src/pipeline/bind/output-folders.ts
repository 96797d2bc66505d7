/** Makes and clears the places of outputs. */
import { accessSync, constants, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { makeFolder } from '../../os/files.ts';
import type { BoundOutput } from './outputs.ts';

/** Makes the folders. @throws RequestError when one can not be made or written. */
export function prepareOutput(output: BoundOutput): void {
  const folder = output.isFile ? dirname(output.path) : output.path;
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(output, messageOf(cause), cause);
  }
  if (output.isFile && statSync(output.path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw unwritable(output, 'a folder stands there, and the output is a file', undefined);
  }
}

/** Takes away what an earlier, unfinished try left, where the place is ours. */
export function clearOutput(output: BoundOutput): void {
  if (output.chosen) return;
  rmSync(output.isFile ? dirname(output.path) : output.path, { recursive: true, force: true });
  prepareOutput(output);
}

/** Takes away a place of ours that stayed empty. */
export function dropEmpty(output: BoundOutput): void {
  if (output.chosen) return;
  try {
    rmdirSync(output.isFile ? dirname(output.path) : output.path);
  } catch {
    // Something is in it.
  }
}

function unwritable(output: BoundOutput, reason: string, cause: unknown): RequestError {
  return new RequestError(
    {
      code: 'unwritable-output',
      message: `The output ${output.name} can not be written to ${output.path}: ${reason}.`,
      hint: 'Give it another path, or make that one writable.',
    },
    { cause },
  );
}
