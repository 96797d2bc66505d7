/** Brings the files of a folder into an object store: several at once, large ones in parts; what is there already is not sent again. */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ObjectWriter, partLength } from '../stores/object/writer.ts';
import { StoreError } from '../stores/store.ts';
import { walk } from '../stores/walk.ts';
import { Budget, uploadBudget } from './budget.ts';
import { PartsUpload, type Uploaded } from './parts.ts';
import { UploadError } from './upload-error.ts';
import { UploadedFiles } from './uploaded.ts';

export interface TreeUpload {
  readonly writer: ObjectWriter;
  /** On this machine. */
  readonly folder: string;
  /** In front of the files' paths: without a slash at its end; '' is the top. */
  readonly prefix: string;
  readonly notes: string;
  readonly signal: AbortSignal;
  /** Told of what has gone up so far, with what was there already. */
  readonly onProgress?: (files: number, bytes: number) => void;
}

const filesAtOnce = 32;
const pieceLength = 1024 ** 2;

/** Rejects with an UploadError that names the file, or the signal's reason; what is under way then stays for a later try. */
export async function uploadTree(upload: TreeUpload): Promise<void> {
  const { folder, signal, onProgress } = upload;
  const uploaded = new UploadedFiles(upload.notes);
  const known = uploaded.read();
  const budget = new Budget(uploadBudget);
  let failure: { readonly cause: unknown } | undefined;
  let files = 0;
  let bytes = 0;
  for (const batch of walk(folder)) {
    const queue = batch.values();
    const work = async (): Promise<void> => {
      for (const { path } of queue) {
        if (failure !== undefined) return;
        signal.throwIfAborted();
        const sent = await uploadOne(upload, path, known.get(path)?.of, budget);
        if (sent.version !== undefined) uploaded.add({ path, bytes: sent.bytes, version: sent.version, of: sent.of });
        files += 1;
        bytes += sent.bytes;
        onProgress?.(files, bytes);
      }
    };
    // What is under way when one fails is brought to its end: it needs not be sent again.
    const failed = (cause: unknown): void => {
      failure ??= { cause };
    };
    await Promise.all(Array.from({ length: filesAtOnce }, () => work().catch(failed)));
    if (failure !== undefined) throw signal.aborted ? signal.reason : failure.cause;
  }
}

interface Sent {
  readonly bytes: number;
  readonly of: string;
  /** Absent: it was there. */
  readonly version?: string;
}

async function uploadOne(
  { writer, folder, prefix, notes, signal }: TreeUpload,
  path: string,
  before: string | undefined,
  budget: Budget,
): Promise<Sent> {
  const key = prefix === '' ? path : `${prefix}/${path}`;
  const handle = await open(join(folder, path));
  try {
    const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
    const of = `${ino}-${size}-${mtimeNs}`;
    const length = Number(size);
    if (of === before) return { bytes: length, of };
    const place = { writer, key, notes, budget, signal };
    const send = (): Promise<Uploaded> => (length <= partLength(1) ? sendWhole(handle, length, place) : sendParts(handle, place));
    const { bytes, version } = await send().catch((error: unknown) => {
      // The store does not know the upload of an earlier life any more.
      if (error instanceof StoreError && error.reason === 'missing') return send();
      throw error;
    });
    if (bytes !== length) throw new StoreError('changed', 'it was written to while it went up');
    return { bytes, of, version };
  } catch (error) {
    throw error instanceof StoreError ? new UploadError(writer.describe(key), error) : error;
  } finally {
    await handle.close();
  }
}

type Place = ConstructorParameters<typeof PartsUpload>[0];

async function sendWhole(handle: FileHandle, length: number, { writer, key, budget, signal }: Place): Promise<Uploaded> {
  await budget.take(length);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, 0);
    const bytes = buffer.subarray(0, bytesRead);
    return { bytes: bytesRead, version: await writer.put(key, { bytes, digest: writer.digest(bytes) }, signal) };
  } finally {
    budget.give(length);
  }
}

async function sendParts(handle: FileHandle, place: Place): Promise<Uploaded> {
  const upload = new PartsUpload(place);
  const piece = Buffer.allocUnsafe(pieceLength);
  try {
    for (let at = 0; ; ) {
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) return await upload.finish();
      await upload.write(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await upload.close();
  }
}
