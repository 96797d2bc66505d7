/**
 * An object that goes up while its bytes are made: in parts, several at once, and in memory that does not grow with it. Parts that an earlier life sent,
 * and that are the same again, are not sent twice.
 */
import { mostParts, type ObjectWriter, partLength, type SentPart, type Upload } from '../stores/object/writer.ts';
import { StoreError } from '../stores/store.ts';
import type { Budget } from './budget.ts';
import { type NotedPart, UploadNotes } from './notes.ts';

export interface UploadPlace {
  readonly writer: ObjectWriter;
  readonly key: string;
  /** Folder of the notes. */
  readonly notes: string;
  /** Of all that goes up at the same time. */
  readonly budget: Budget;
  readonly signal?: AbortSignal | undefined;
}

export interface Uploaded {
  readonly bytes: number;
  readonly version: string;
}

interface Begun {
  readonly upload: Upload;
  /** By their numbers. */
  readonly known: ReadonlyMap<number, NotedPart>;
}

export class PartsUpload {
  readonly #place: UploadPlace;
  readonly #notes: UploadNotes;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<void>>();
  readonly #sent: SentPart[] = [];
  #begun: Promise<Begun> | undefined;
  #buffer: Buffer | undefined;
  #used = 0;
  #number = 1;
  #bytes = 0;
  #failure: { readonly cause: unknown } | undefined;

  constructor(place: UploadPlace) {
    this.#place = place;
    this.#notes = new UploadNotes(place.notes, place.key);
    this.#signal = place.signal === undefined ? this.#stop.signal : AbortSignal.any([place.signal, this.#stop.signal]);
  }

  /** The bytes are the caller's again when it resolves. One call at a time. Rejects with a StoreError, or the signal's reason. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#failure !== undefined) throw this.#failure.cause;
      this.#buffer ??= await this.#newBuffer();
      const taken = Math.min(bytes.length - at, this.#buffer.length - this.#used);
      this.#buffer.set(bytes.subarray(at, at + taken), this.#used);
      this.#used += taken;
      this.#bytes += taken;
      at += taken;
      if (this.#used === this.#buffer.length) this.#send();
    }
  }

  /** All has been written: the object is there, all of it, when it resolves. */
  async finish(): Promise<Uploaded> {
    const { writer, key } = this.#place;
    if (this.#number === 1) {
      const bytes = this.#buffer?.subarray(0, this.#used) ?? Buffer.alloc(0);
      const version = await writer.put(key, { bytes, digest: writer.digest(bytes) }, this.#signal);
      this.#release();
      await this.abandon();
      return { bytes: this.#bytes, version };
    }
    if (this.#used > 0) this.#send();
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.cause;
    const { upload } = await this.#begin();
    try {
      const version = await writer.complete(upload, this.#sent, this.#signal);
      this.#notes.forget();
      return { bytes: this.#bytes, version };
    } catch (error) {
      throw this.#judged(error);
    }
  }

  /** When it resolves, nothing of it goes on; what has been sent stays for a later try. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.#release();
  }

  /** What has been sent, in this life or an earlier one, is taken back, as far as the store can be reached. */
  async abandon(): Promise<void> {
    this.#stop.abort(new Error('the upload was given up'));
    await this.close();
    const noted = this.#notes.read();
    if (noted === undefined) return;
    try {
      await this.#place.writer.abort(noted.upload, AbortSignal.timeout(abortPatience));
      this.#notes.forget();
    } catch {
      // The note stays, and with it somebody who can.
    }
  }

  async #newBuffer(): Promise<Buffer> {
    if (this.#number > mostParts) throw new StoreError('unreadable', `it is longer than ${mostParts} parts can be`);
    const length = partLength(this.#number);
    await this.#place.budget.take(length);
    return Buffer.allocUnsafe(length);
  }

  #release(): void {
    if (this.#buffer !== undefined) this.#place.budget.give(this.#buffer.length);
    this.#buffer = undefined;
    this.#used = 0;
  }

  #send(): void {
    const buffer = this.#buffer ?? Buffer.alloc(0);
    const bytes = buffer.subarray(0, this.#used);
    const number = this.#number;
    this.#buffer = undefined;
    this.#used = 0;
    this.#number += 1;
    const sending = this.#sendPart(number, bytes)
      // The others go on: what they have sent needs not be sent again.
      .catch((error: unknown) => {
        this.#failure ??= { cause: this.#judged(error) };
      })
      .finally(() => {
        this.#place.budget.give(buffer.length);
        this.#underWay.delete(sending);
      });
    this.#underWay.add(sending);
  }

  async #sendPart(number: number, bytes: Uint8Array): Promise<void> {
    const { writer } = this.#place;
    const digest = writer.digest(bytes);
    const { upload, known } = await this.#begin();
    const before = known.get(number);
    const { length } = bytes;
    if (before?.digest === digest && before.length === length) {
      this.#sent[number - 1] = before;
      return;
    }
    const tag = await writer.part(upload, number, { bytes, digest }, this.#signal);
    this.#sent[number - 1] = { tag, length };
    this.#notes.sent({ number, length, digest, tag });
  }

  #begin(): Promise<Begun> {
    this.#begun ??= this.#beginOrGoOn();
    return this.#begun;
  }

  async #beginOrGoOn(): Promise<Begun> {
    const { writer, key } = this.#place;
    const noted = this.#notes.read();
    if (noted !== undefined) return { upload: noted.upload, known: new Map(noted.parts.map((part) => [part.number, part])) };
    const upload = await writer.begin(key, this.#signal);
    this.#notes.begin(upload);
    return { upload, known: new Map() };
  }

  /** Where the store does not know the upload any more, the next try begins a new one. */
  #judged(error: unknown): unknown {
    if (error instanceof StoreError && error.reason === 'missing') this.#notes.forget();
    return error;
  }
}

/** Milliseconds. */
const abortPatience = 10_000;
