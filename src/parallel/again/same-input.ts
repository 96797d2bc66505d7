/** Whether a step's input still is what it was when it was cut into mini-batches. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { RequestError } from '../../errors/types.ts';
import { encodeDescriptor } from '../plan/manifest.ts';
import { type Split, splitInputs } from '../plan/planning.ts';
import { readFact, type StateFiles } from '../record/state-files.ts';

/**
 * Cuts the input once more. A planning that was interrupted is not compared here: the step does it when it goes on.
 * @throws RequestError (`input-changed`) where other mini-batches come out
 */
export async function checkSameInput(step: string, split: Split, state: StateFiles): Promise<void> {
  const planned = readFact(state, 'planned');
  if (planned === undefined) return;
  const scratch = mkdtempSync(join(state.directory, 'compared-'));
  let [total, length, crc] = [0, 0, 0];
  try {
    for await (const chunk of (await splitInputs(split, scratch, readFact(state, 'only'))).miniBatches) {
      for (const miniBatch of chunk) {
        const line = Buffer.from(`${encodeDescriptor(miniBatch)}\n`);
        crc = crc32(line, crc);
        length += line.length;
      }
      total += chunk.length;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (total === planned.total && length === (planned.length ?? length) && crc === (planned.crc ?? crc)) return;
  throw new RequestError({
    code: 'input-changed',
    message: `The input of the step ${step} has changed since it ran: it is cut into other mini-batches now (${total}; ${planned.total} when it ran).`,
    hint: 'Bring the input back, or run a new job over what failed: prl run FILE --only-failed-of NAME.',
  });
}
