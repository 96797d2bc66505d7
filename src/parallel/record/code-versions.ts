/** Which mini-batches ran under which code, where edited code was taken while a step was not complete. */
import { readLedger } from './ledger.ts';

/** By mini-batch: the number of the code (0: the first) under which it was done; `notDone` for one that is not. */
export const notDone = 0xffff;

/** @param total of the mini-batches that are planned */
export function codeOfMiniBatches(ledger: string, total: number): Uint16Array {
  const codes = new Uint16Array(total).fill(notDone);
  let code = 0;
  readLedger(ledger, ({ kind, index }) => {
    if (kind === 'code') code = index;
    else if (kind === 'done' || kind === 'part_done') codes[index] = code;
    else if (kind === 'lost') codes[index] = notDone;
  });
  return codes;
}

/** Of one code: `0–12, 14, 20–31`. Pure. */
export function rangesOf(codes: Uint16Array, code: number): string {
  const ranges: string[] = [];
  for (let index = 0; index < codes.length; index += 1) {
    if (codes[index] !== code) continue;
    const first = index;
    while (codes[index + 1] === code) index += 1;
    ranges.push(first === index ? String(first) : `${first}–${index}`);
  }
  return ranges.join(', ');
}
