/**
 * Lines of text on their way through the queue, to one reader. What is written while others are under way travels together, so that
 * there are few messages, however many lines; a message is sent again until the server has stored it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsLink } from './connect.ts';

/** Messages that wait for the server's word. */
const mostUnderWay = 16;
const publishMs = 3000;
const longestPause = 1000;
/** Servers take a megabyte by default. */
const mostBytes = 512 * 1024;
const newline = Buffer.from('\n');

export class Outbox {
  readonly #link: NatsLink;
  readonly #subject: string;
  readonly #length: number;
  #lines: Buffer[] = [];
  #pieces: Buffer[] = [];
  #underWay = 0;
  #number = 0;
  #planned = false;
  #closed = false;

  constructor(link: NatsLink, subject: string) {
    this.#link = link;
    this.#subject = subject;
    this.#length = Math.min(mostBytes, (link.nc.info?.max_payload ?? mostBytes) - 4096);
  }

  /** @param line without its newline */
  write(line: string): void {
    if (this.#closed) return;
    this.#lines.push(Buffer.from(line), newline);
    if (this.#planned) return;
    this.#planned = true;
    // What the same turn of the event loop has to say goes along.
    setImmediate(() => {
      this.#planned = false;
      this.#send();
    });
  }

  /** Nothing more is sent, and what is under way not again. */
  close(): void {
    this.#closed = true;
    this.#lines = [];
    this.#pieces = [];
  }

  #send(): void {
    while (this.#underWay < mostUnderWay) {
      const piece = this.#next();
      if (piece === undefined) return;
      this.#number += 1;
      this.#underWay += 1;
      void this.#deliver(piece, this.#number).then(() => {
        this.#underWay -= 1;
        this.#send();
      });
    }
  }

  /** The reader puts pieces together again: lines may be longer than what a server takes. */
  #next(): Buffer | undefined {
    if (this.#pieces.length === 0 && this.#lines.length > 0) {
      const all = Buffer.concat(this.#lines);
      this.#lines = [];
      for (let at = 0; at < all.length; at += this.#length) this.#pieces.push(all.subarray(at, at + this.#length));
    }
    return this.#pieces.shift();
  }

  async #deliver(piece: Buffer, number: number): Promise<void> {
    const msgID = `${this.#subject}#${number}`;
    for (let pause = 50; !this.#closed; pause = Math.min(longestPause, 2 * pause)) {
      try {
        await this.#link.js.publish(this.#subject, piece, { msgID, timeout: publishMs, retries: 1 });
        return;
      } catch {
        // No server, no leader yet, no answer in time, or the queue is full: it may be stored or not, and is told apart by its number.
        if (!this.#closed) await sleep(pause, undefined, { ref: false });
      }
    }
  }
}

/** Its place among those of its sender. @returns 0 for what no `Outbox` has sent */
export function numberOf(msgId: string | undefined): number {
  return Number(/#(\d+)$/.exec(msgId ?? '')?.[1] ?? 0);
}
