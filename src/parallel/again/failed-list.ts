/** The list of what a completed step lacks, beside its output: for people, and for programs that go on with it. */
import { mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { OpenFile } from '../../os/open-file.ts';
import { readFact, type StateFiles, writeFact } from '../record/state-files.ts';
import type { FailedItemsPlace } from '../types.ts';
import { BadRows } from './bad-rows.ts';
import { type FailedItem, failedItems } from './failed-items.ts';

/** As programs read it: a line of the list, and an element of `prl job failed --output json`. */
export interface FailedItemShown {
  readonly step: string;
  readonly mini_batch: number;
  readonly item: FailedItem['item'];
  readonly error: FailedItem['error'];
}

export function shownItem(step: string, { miniBatch, item, error }: FailedItem): FailedItemShown {
  return { step, mini_batch: miniBatch, item, error };
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not there, or holds what is not ours.
  }
}

/** Takes the place of what an earlier life of the step listed; nothing is left where nothing is missing. @param any whether something is */
export async function listFailedItems(step: string, state: StateFiles, place: FailedItemsPlace, any: boolean): Promise<void> {
  for (const file of readFact(state, 'listed') ?? []) rmSync(file, { force: true });
  removeEmpty(place.badRows);
  if (!any) return;
  // Known before it is there: what a life that is killed leaves, the next one removes.
  writeFact(state, 'listed', [place.list]);
  mkdirSync(dirname(place.list), { recursive: true });
  const partial = `${place.list}.tmp`;
  const list = new OpenFile(partial, 'w');
  const badRows = new BadRows(place.badRows, state);
  try {
    for await (const found of failedItems(state)) {
      const line = Buffer.from(`${JSON.stringify(shownItem(step, found))}\n`);
      list.write(line, line.length);
      if (found.row !== undefined) badRows.add(found.row);
    }
  } finally {
    list.close();
  }
  writeFact(state, 'listed', [place.list, ...badRows.files]);
  await badRows.write();
  renameSync(partial, place.list);
}
