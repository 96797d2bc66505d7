/** Puts lines on a terminal: those that stay scroll away, the live region below them is drawn over in place. */
import type { Capabilities, DisplayStream } from './capabilities.ts';
import { type Line, lineWidth, render } from './text.ts';

const clearToEndOfLine = '\x1b[K';
const clearBelow = '\x1b[J';

export class Painter {
  readonly #stream: DisplayStream;
  readonly #look: Pick<Capabilities, 'colour' | 'unicode'>;
  /** Widths of the lines of the live region as it was drawn. */
  #drawn: readonly number[] = [];

  constructor(stream: DisplayStream, look: Pick<Capabilities, 'colour' | 'unicode'>) {
    this.#stream = stream;
    this.#look = look;
  }

  /** Writes `kept` above the live region and draws it anew, in one write so that no half frame is seen. */
  paint(kept: readonly Line[], live: readonly Line[], width: number): void {
    const above = this.#rowsAbove(width);
    // The terminal may have echoed a key: the cursor need not stand where it was left.
    let text = above > 0 ? `\r\x1b[${above}A` : '\r';
    // Kept lines are written whole: the terminal wraps them, and what is copied from it has no cuts.
    for (const line of kept) text += this.#row(line, Number.POSITIVE_INFINITY);
    // A row that the terminal has wrapped stays joined to the next one, in some, until it is cleared from its beginning.
    for (const line of live) text += this.#row(line, width);
    text += clearBelow;
    this.#drawn = live.map((line) => Math.min(width, lineWidth(line)));
    if (kept.length > 0 || live.length > 0 || above > 0) this.#stream.write(text);
  }

  #row(line: Line, width: number): string {
    const text = render(line, width, this.#look.colour);
    return `${clearToEndOfLine}${this.#look.unicode ? text : inAscii(text)}${clearToEndOfLine}\n`;
  }

  /** What was drawn stays where it is: the next region begins below. */
  forget(): void {
    this.#drawn = [];
  }

  /** A terminal that was made narrower has wrapped what was drawn before. */
  #rowsAbove(width: number): number {
    return this.#drawn.reduce((rows, drawn) => rows + Math.max(1, Math.ceil(drawn / width)), 0);
  }
}

/** Our own words beyond ASCII, each by one that is as wide. */
function inAscii(text: string): string {
  return text.replace(/[…–×→]/g, (found) => ascii[found] ?? '?');
}

const ascii: Readonly<Record<string, string>> = { '…': '~', '–': '-', '×': 'x', '→': '>' };
