/** A report may carry a long stack, or outcomes by the hundred; nothing of ours comes near this. */
const longestLine = 64 << 20;

/** Splits a byte stream into lines of text, keeping a part line until its rest arrives. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restLength = 0;

  /** Calls `line` for each line that is complete now, without its newline. False: a line has grown too long to be one. */
  push(chunk: Buffer, line: (text: string) => void): boolean {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      if (this.#rest.length === 0) line(piece.toString('utf8'));
      else {
        this.#keep(piece);
        const whole = Buffer.concat(this.#rest);
        this.#rest = [];
        this.#restLength = 0;
        line(whole.toString('utf8'));
      }
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#keep(chunk.subarray(start));
      this.#restLength += chunk.length - start;
    }
    return this.#restLength <= longestLine;
  }

  /** Without `push`: a worker's script may have put its own in its place. */
  #keep(piece: Buffer): void {
    this.#rest[this.#rest.length] = piece;
  }
}
