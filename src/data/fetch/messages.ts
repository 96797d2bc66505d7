/**
 * What a worker asks of the node that it runs on, for data that is not on this machine: lines of JSON over a Unix socket. The node has the stores and
 * what gives access to them; the worker has neither. Python's end is `python/parallelrun_worker/fetching.py`.
 */

import type { FilePart } from '../types.ts';

/** A worker asks one thing after the other, but for `done`, which is not answered. */
export type FetchRequest =
  /** Bring these files to this machine's disk, where they stay until `done`. Paths are relative to `root`, and lie here as they lie there. */
  | {
      readonly kind: 'files';
      readonly id: number;
      readonly reader: number;
      /** As the reader has it. */
      readonly root: string;
      readonly paths: readonly string[];
      readonly versions?: readonly string[];
    }
  /** Bytes [start, end) of a file, by its path in the store. */
  | {
      readonly kind: 'bytes';
      readonly id: number;
      readonly reader: number;
      readonly path: string;
      readonly start: number;
      readonly end: number;
      readonly version?: string;
    }
  /** Bring a part of a file to this machine's disk, where it stays until `done`: a file as long as the whole one, with holes in it. The answer has one path. */
  | {
      readonly kind: 'part';
      readonly id: number;
      readonly reader: number;
      readonly path: string;
      readonly part: FilePart;
      readonly version?: string;
    }
  /** The files of that request are not needed any more. */
  | { readonly kind: 'done'; readonly id: number };

export type FetchAnswer =
  /** Where the files are, absolute, in the order in which they were asked for. */
  | { readonly id: number; readonly paths: readonly string[] }
  /** So many bytes follow the line. */
  | { readonly id: number; readonly bytes: number }
  /** `reason`: of a StoreError, where it is one. */
  | { readonly id: number; readonly error: string; readonly reason?: string };
