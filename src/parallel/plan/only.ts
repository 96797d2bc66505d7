/** A step that runs over some mini-batches of another run of it alone: those in which something failed, with the items that did. */
import type { Plan, PlannedMiniBatch, Reader, Slice } from '../../data/types.ts';
import { RequestError } from '../../errors/types.ts';
import type { OnlyFact } from '../record/state-files.ts';
import { encodeDescriptor } from './manifest.ts';

/** Readers as they are told apart: where a step keeps its own files is no difference. @param scratch of the step */
export function readersText(readers: readonly Reader[], scratch: string): string {
  return JSON.stringify(readers).replaceAll(scratch, '');
}

/** @throws RequestError where the input is not that of the other run */
export function onlyOf(plan: Plan, only: OnlyFact, scratch: string): Plan {
  const { of, readers, miniBatches } = only;
  if (miniBatches === undefined) return plan;
  if (readersText(plan.readers, scratch) !== readers) throw unfit(of, 'it lies elsewhere, or is read in another way');
  return { ...plan, miniBatches: chosen(plan.miniBatches, of, miniBatches) };
}

async function* chosen(
  all: Plan['miniBatches'],
  of: string,
  wanted: Required<OnlyFact>['miniBatches'],
): AsyncGenerator<readonly PlannedMiniBatch[]> {
  const left = new Map(wanted.map(({ index, text, slice }) => [index, { text, slice }]));
  let first = 0;
  for await (const chunk of all) {
    const found: PlannedMiniBatch[] = [];
    for (const [at, miniBatch] of chunk.entries()) {
      const one = left.get(first + at);
      if (one === undefined) continue;
      if (encodeDescriptor(miniBatch) !== one.text) throw unfit(of, `mini-batch ${first + at} is cut in another way`);
      found.push(one.slice === undefined ? miniBatch : withSlice(miniBatch, one.slice));
      left.delete(first + at);
    }
    first += chunk.length;
    if (found.length > 0) yield found;
    if (left.size === 0) return;
  }
  throw unfit(of, `it has ${first} mini-batches now`);
}

function withSlice({ items: _items, ...miniBatch }: PlannedMiniBatch, slice: Slice): PlannedMiniBatch {
  return { ...miniBatch, slice };
}

function unfit(of: string, why: string): RequestError {
  return new RequestError({
    code: 'input-changed',
    message: `The input is not that of job ${of}: ${why}. Only what failed there cannot be found in it.`,
    hint: `Bring the input and mini_batch_size back as they were, or try again in the job itself: prl job retry-failed --name ${of}`,
  });
}
