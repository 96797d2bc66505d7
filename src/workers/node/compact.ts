/** The compact arrays of the wire, by name: nothing else in this process knows which place holds what. */
import type { Descriptor, Outcome, Task } from '../protocol/messages.ts';

/** An attempt at a mini-batch: `run` gets `slice` of the data of `reader`, a position among the readers of `init`. */
export interface AttemptTask {
  readonly index: number;
  readonly attempt: number;
  readonly reader: number;
  readonly slice: Descriptor[1];
  readonly partition: NonNullable<Descriptor[2]> | undefined;
}

/** A mini-batch that was done; see `Outcome` for what the fields mean. */
export interface DoneAttempt {
  readonly index: number;
  readonly attempt: number;
  readonly items: number;
  readonly returned: number;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  readonly started: number;
  readonly loadMs: number;
  readonly runMs: number;
}

export function decodeTask([index, attempt, [reader, slice, partition]]: Task): AttemptTask {
  return { index, attempt, reader, slice, partition: partition ?? undefined };
}

export function encodeOutcome(done: DoneAttempt): Outcome {
  const { index, attempt, items, returned, offset, length, crc, started, loadMs, runMs } = done;
  return [index, attempt, items, returned, offset, length, crc, started, loadMs, runMs];
}
