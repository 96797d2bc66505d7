import { stat } from 'node:fs/promises';
import { isErrno, messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import type { PlannedMiniBatch, Reader, SplitInput } from './types.ts';

/** What became of one input: its reader, and its mini-batches as a stream. */
export interface InputPlan {
  readonly reader: Reader;
  readonly notices: readonly string[];
  /** In input order, without the reader's index. An empty chunk is allowed. */
  chunks(): AsyncIterable<readonly UnnumberedMiniBatch[]>;
}

export type UnnumberedMiniBatch = Omit<PlannedMiniBatch, 'reader'>;

/** What is at a path; a RequestError that names the input when there is nothing, or nothing that can be read. */
export async function statInput(input: SplitInput): Promise<'file' | 'folder'> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(input.path);
  } catch (error) {
    const missing = isErrno(error, 'ENOENT');
    throw new RequestError({
      code: missing ? 'missing-path' : 'unreadable-path',
      message: missing
        ? `The input '${input.name}' does not exist: ${input.path}.`
        : `The input '${input.name}' cannot be read: ${messageOf(error)}.`,
    });
  }
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  throw new RequestError({ code: 'wrong-path', message: `The input '${input.name}' is neither a file nor a folder: ${input.path}.` });
}
