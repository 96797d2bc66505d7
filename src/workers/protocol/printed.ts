/** What a worker printed, in the order of its mini-batches: by the places that its log of mini-batches names. Pure. */

export type PrintStream = 'stdout' | 'stderr';

/** Bytes of one of the worker's two log files. */
export interface Piece {
  readonly stream: PrintStream;
  readonly start: number;
  readonly end: number;
  /** Absent for what was printed outside of mini-batches, in `init()` for example. */
  readonly miniBatch?: number;
}

export type Sizes = Readonly<Record<PrintStream, number>>;

/** A log that grew over its limit: the bytes `from`–`to` were replaced by a note, which ends at `became`. */
interface Cut {
  readonly line: number;
  readonly stream: PrintStream;
  readonly from: number;
  readonly to: number;
  readonly became: number;
}

/** A line of `sys/node/…` for a mini-batch that its worker did not live to write of; it began to print where the one before ended. */
export function deathLine(index: number, attempt: number, sizes: Sizes): string {
  return `mini-batch ${index} attempt ${attempt}: its worker ended with it, stdout -${sizes.stdout}, stderr -${sizes.stderr}`;
}

const streams: readonly PrintStream[] = ['stdout', 'stderr'];

/** A line of `sys/node/…` for a log that was cut. */
export function cutLine(stream: PrintStream, from: number, to: number, became: number): string {
  return `log limit: ${stream} ${from}-${to} left out, ${became - from} bytes instead`;
}

/**
 * All bytes of both files once, each piece behind those that were printed before it, as far as that is known.
 * @param lines of the log of mini-batches (`sys/node/<node>/<worker>.txt`); iterated twice. An earlier version named no places: then all of stdout, and all of stderr
 * @param sizes of the two files
 */
export function* piecesOf(lines: Iterable<string>, sizes: Sizes): Generator<Piece> {
  const cuts = findCuts(lines);
  const told: Record<PrintStream, number> = { stdout: 0, stderr: 0 };
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (!line.includes(', std')) continue;
    const index = /^\S+ mini-batch (\d+) /.exec(line)?.[1];
    for (const stream of streams) {
      const found = new RegExp(`, ${stream} (\\d*)-(\\d+)`).exec(line);
      if (found === null) continue;
      const [, from, to] = found;
      const place = (position: string) => Math.min(sizes[stream], placeAfter(Number(position), stream, number, cuts));
      const end = place(to ?? '');
      const start = from === '' || from === undefined ? told[stream] : Math.max(told[stream], place(from));
      if (end <= start) continue;
      if (start > told[stream]) yield { stream, start: told[stream], end: start };
      yield { stream, start, end, ...(index !== undefined && { miniBatch: Number(index) }) };
      told[stream] = end;
    }
  }
  for (const stream of streams) {
    if (told[stream] < sizes[stream]) yield { stream, start: told[stream], end: sizes[stream] };
  }
}

function findCuts(lines: Iterable<string>): readonly Cut[] {
  const cuts: Cut[] = [];
  let line = 0;
  for (const text of lines) {
    line += 1;
    const found = text.includes('log limit: ') ? /log limit: (stdout|stderr) (\d+)-(\d+) left out, (\d+) bytes/.exec(text) : null;
    if (found === null) continue;
    const [, stream, from, to, note] = found;
    cuts.push({
      line,
      stream: stream === 'stderr' ? 'stderr' : 'stdout',
      from: Number(from),
      to: Number(to),
      became: Number(from) + Number(note),
    });
  }
  return cuts;
}

/** Where a byte lies after the cuts that came later. */
function placeAfter(position: number, stream: PrintStream, line: number, cuts: readonly Cut[]): number {
  return cuts.reduce((at, cut) => {
    if (cut.stream !== stream || cut.line < line || at <= cut.from) return at;
    return at < cut.to ? cut.became : at - cut.to + cut.became;
  }, position);
}
