/**
 * Where data lies: the planner and the readers know it by this alone. A path of a store is text with `/` between names; what it is relative
 * to is the store's own affair (on this machine's disk it is absolute).
 *
 * What goes wrong with one file is a StoreError, which whoever asked puts into a sentence that names the file. A signal that is aborted rejects
 * with its reason.
 */
export interface DataStore {
  readonly place: StorePlace;

  /**
   * Every file below a folder, by its path relative to it, in byte order of that path. Streamed in chunks, of which none holds more than
   * some thousand files; an empty one is a chance to pause.
   * @throws RequestError, which name the place: a folder that cannot be read, a store that does not list
   */
  list(folder: string, signal?: AbortSignal): AsyncIterable<readonly Listed[]>;

  /** What is at a path; undefined: nothing. An error when that cannot be told. */
  stat(path: string, signal?: AbortSignal): Promise<Found | undefined>;

  /**
   * Bytes [start, end) of a file; fewer where the file ends before.
   * @param version of the file that is meant: another one is an error, never its bytes
   */
  read(path: string, start: number, end: number, options?: ReadOptions): Promise<Buffer>;

  /** All bytes of a file, some at a time, without looking at it first. */
  stream(path: string, options?: ReadOptions): AsyncIterable<Uint8Array>;

  /** For whoever reads more than one range of a file, or all of it. To be closed. */
  open(path: string, options?: ReadOptions): Promise<OpenFile>;

  /** A path as messages name it. Without whatever gives access, such as the signature in a query. */
  describe(path: string): string;
}

/** What opens a store again in another process: JSON on the wire, and never a secret. */
export type StorePlace =
  | { readonly kind: 'disk' }
  /** Files of a web server; paths are relative to this address, which ends in `/`. */
  | { readonly kind: 'https'; readonly url: string }
  /** Objects of a bucket; paths are their keys. */
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Where they are not what the environment and the AWS profile say. */
      readonly endpoint?: string;
      readonly region?: string;
      /** Of this machine's AWS settings, whatever the environment says. */
      readonly profile?: string;
    }
  /** Objects of a bucket of Google Cloud Storage. */
  | {
      readonly kind: 'gcs';
      readonly bucket: string;
      /** Where it is not what STORAGE_EMULATOR_HOST says, or Google's. */
      readonly endpoint?: string;
    }
  /** Blobs of a container; paths are their names. */
  | {
      readonly kind: 'azure_blob';
      readonly account: string;
      readonly container: string;
      /** Of the account's blobs, where it is not what the environment says or in the public cloud. */
      readonly endpoint?: string;
    };

export interface ReadOptions {
  readonly version?: string;
  readonly signal?: AbortSignal;
}

/** What a listing tells of a file. */
export interface Listed {
  readonly path: string;
  readonly size?: number;
  /** As `stat` would tell it, where the listing does. */
  readonly version?: string;
}

/** Files are named relative to it. */
export interface StoreFolder {
  readonly store: DataStore;
  /** '' when the names are the store's own paths. */
  readonly root: string;
}

export type Found = FoundFile | { readonly kind: 'folder' } | { readonly kind: 'other' };

export interface FoundFile {
  readonly kind: 'file';
  /** Absent: the store cannot tell before all of it was read. */
  readonly size?: number;
  /** The same text: the same bytes, as far as the store can tell. Absent: it cannot. */
  readonly version?: string;
}

/** One version of a file: when the file becomes another one while it is read, that is an error, as far as the store can tell. */
export interface OpenFile {
  readonly size?: number;
  readonly version?: string;
  /** Fills `into` with the bytes from `at` on; how many there were, fewer only where the file ends. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** The bytes from `at` to the end, some at a time. */
  stream(at: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * - `missing`: nothing is there;
 * - `changed`: it is no longer what it was when it was opened, or planned;
 * - `unreadable`: everything else.
 */
export type StoreErrorReason = 'missing' | 'changed' | 'unreadable';

/** The message is a clause that says why, to stand behind a colon; it carries no secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreErrorReason;
  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
