/** Where returned rows go: to the worker's segment, or (summary only) nowhere but into the count. */

import type { WorkerOutput } from '../protocol/messages.ts';
import { agreement } from './agreement.ts';
import { sendReport } from './channel.ts';
import { badRow, isThenable } from './returned.ts';
import type { RowEncoder } from './row-encoder.ts';
import { rowEncoder } from './rows.ts';
import { SegmentWriter, type WrittenRange } from './segment.ts';

export interface Output {
  /** Begins a mini-batch; what an earlier one did not `end` is forgotten. */
  begin(): void;
  add(row: unknown, position: number): void;
  end(): WrittenRange;
  /** Everything ended so far is in the file afterwards. */
  flush(): void;
}

export function openOutput(output: WorkerOutput): Output {
  if (output.kind === 'summary_only') return new Counted();
  const encoder = rowEncoder(output.settings, agreement(output.agreements), (text) => sendReport({ type: 'header', text }));
  return new Appended(new SegmentWriter(output.segment), encoder);
}

const nothing: WrittenRange = { offset: 0, length: 0, crc: 0 };

class Counted implements Output {
  begin(): void {}
  add(row: unknown, position: number): void {
    // It is still running: counting it as done would hide whether it ever ends well.
    if (isThenable(row)) throw badRow(row, position);
  }
  end(): WrittenRange {
    return nothing;
  }
  flush(): void {}
}

/** Rows are handed on in pieces of about this many characters. */
const pieceLength = 16 * 1024;

class Appended implements Output {
  readonly #segment: SegmentWriter;
  readonly #encoder: RowEncoder;
  #text = '';

  constructor(segment: SegmentWriter, encoder: RowEncoder) {
    this.#segment = segment;
    this.#encoder = encoder;
  }

  begin(): void {
    this.#text = '';
    this.#encoder.begin?.();
    this.#segment.begin();
  }

  add(row: unknown, position: number): void {
    this.#text += this.#encoder.encode(row, position);
    if (this.#text.length < pieceLength) return;
    this.#segment.write(this.#text);
    this.#text = '';
  }

  end(): WrittenRange {
    this.#encoder.end?.();
    if (this.#text !== '') this.#segment.write(this.#text);
    this.#text = '';
    return this.#segment.end();
  }

  flush(): void {
    this.#segment.flush();
  }
}
