/** What a step's ledger says, read from its beginning. */
import { existsSync } from 'node:fs';
import { Isolations } from './isolations.ts';
import { isAboutParts, type LedgerRecord, readLedger } from './ledger.ts';
import { MiniBatches } from './mini-batches.ts';
import { Tally } from './tally.ts';

/** In the record of an attempt after which there are others. */
export const notTold = 0;

/** What earlier lives of a step left, as its ledger has it. */
export interface Past {
  /** How often edited code was taken. */
  codeVersion: number;
  readonly miniBatches: MiniBatches;
  readonly tally: Tally;
  readonly isolations: Isolations;
  /** Those that failed for good, by index. */
  readonly failed: Map<number, LedgerRecord>;
  /** Those that are done, by index, where they are to be looked at. */
  readonly done: Map<number, LedgerRecord> | undefined;
  /** By index, as far as an attempt told. */
  readonly items: Map<number, number>;
}

/**
 * @param missingFail see `Tally`
 * @param done where those that are done are to be looked at
 */
export function nothingYet(missingFail: boolean, done?: Map<number, LedgerRecord>): Past {
  const [miniBatches, tally, failed] = [new MiniBatches(), new Tally(missingFail), new Map<number, LedgerRecord>()];
  return { miniBatches, tally, isolations: new Isolations(miniBatches, tally, failed), failed, items: new Map(), done, codeVersion: 0 };
}

/** As the ledger has it now, whoever writes it. */
export function readPast(ledger: string): Past {
  // What a script left out of its returns is nobody's question here.
  const past = nothingYet(false);
  if (existsSync(ledger)) readLedger(ledger, (record) => recall(record, past, String));
  return past;
}

export function recall(record: LedgerRecord, past: Past, workerName: (slot: number) => string): void {
  if (isAboutParts(record)) {
    past.isolations.take(record);
    return;
  }
  const { kind, index, attempt, items, worker } = record;
  const { miniBatches, tally, failed } = past;
  switch (kind) {
    case 'done':
      miniBatches.done(index, record);
      past.done?.set(index, record);
      tally.done(record);
      if (tally.isSlow(record)) tally.noteSlow(record, workerName(worker), `mini-batch ${index}`);
      return;
    case 'failed':
      miniBatches.failed(index, attempt);
      tally.failed(attempt, items);
      failed.set(index, record);
      return;
    case 'lost':
      past.done?.delete(index);
      lose(record, past);
      return;
    case 'reopened':
      failed.delete(index);
      reopen(index, items, past);
      return;
    case 'code':
      past.codeVersion = index;
      return;
    case 'attempt_failed':
      if (items !== notTold) past.items.set(index, items);
      miniBatches.attemptFailed(index, attempt);
      return;
  }
}

export function reopen(
  index: number,
  items: number,
  { miniBatches, tally, isolations }: Pick<Past, 'miniBatches' | 'tally' | 'isolations'>,
): void {
  miniBatches.reopen(index);
  isolations.forget(index);
  tally.reopened(items);
}

export function lose(record: LedgerRecord, { miniBatches, tally }: Pick<Past, 'miniBatches' | 'tally'>): void {
  miniBatches.reopen(record.index);
  tally.lost(record);
}
