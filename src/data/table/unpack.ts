/** Compressed files of a table: they cannot be cut by bytes, so they are unpacked once, as streams, and read from there. */
import { createWriteStream } from 'node:fs';
import { mkdir, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { isSystemError, messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { disk } from '../stores/disk.ts';
import type { DataStore, OpenFile } from '../stores/store.ts';
import { type Compression, knownFile, plainName } from './known-formats.ts';
import type { TableFiles } from './table-files.ts';

/** What is looked at of a file where only its beginning counts. */
const headLength = 4 * 1024 ** 2;

/**
 * @param folder takes the plain files, under their names without `.gz` and `.zst`
 * @param headOnly only the first whole lines of the first file, for whoever wants to know what the table looks like
 * @throws RequestError that names the file: damaged, a compression that this Node does not know, no room on the disk
 */
export async function unpack(files: TableFiles, folder: string, headOnly: boolean): Promise<TableFiles> {
  const paths = headOnly ? files.paths.slice(0, 1) : files.paths;
  const names = paths.map(plainName);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) {
    const [one, other] = [names.indexOf(names[twice] ?? ''), twice].map((index) => paths[index]);
    throw new RequestError({
      code: 'same-file',
      message: `${one} and ${other} would be the same file without compression.`,
      file: files.root,
    });
  }
  for (const [index, path] of paths.entries()) await unpackOne(files, path, join(folder, names[index] ?? ''), headOnly);
  return { store: own, root: folder, paths: names };
}

/** Nobody else writes these files, and those that are written again for a second look at a mini-batch are the same. */
const own: DataStore = {
  place: disk.place,
  list: (...given) => disk.list(...given),
  read: (...given) => disk.read(...given),
  stream: (path) => disk.stream(path),
  describe: (path) => disk.describe(path),
  async stat(path, signal) {
    const found = await disk.stat(path, signal);
    return found?.kind === 'file' && found.size !== undefined ? { kind: 'file', size: found.size } : found;
  },
  async open(path, options) {
    const file = await disk.open(path, options);
    return {
      ...(file.size !== undefined && { size: file.size }),
      read: (into, at) => file.read(into, at),
      stream: (at) => file.stream(at),
      close: () => file.close(),
    };
  },
};

async function unpackOne({ store, root }: TableFiles, path: string, target: string, headOnly: boolean): Promise<void> {
  const from = join(root, path);
  const name = store.describe(from);
  const { compression } = knownFile(path) ?? {};
  await mkdir(dirname(target), { recursive: true });
  let file: OpenFile | undefined;
  let length = 0;
  let lastLine = 0;
  async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      const feed = chunk.lastIndexOf(10);
      if (feed >= 0) lastLine = length + feed + 1;
      length += chunk.length;
      yield chunk;
      if (headOnly && length >= headLength) return;
    }
  }
  try {
    file = await store.open(from);
    const stream = Readable.from(file.stream(0));
    if (compression === undefined) await pipeline(stream, counted, createWriteStream(target));
    else await pipeline(stream, decompressor(compression, name), counted, createWriteStream(target));
    if (headOnly && length >= headLength) await truncate(target, lastLine);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw unpackProblem(error, name, dirname(target), length);
  } finally {
    await file?.close();
  }
}

function decompressor(compression: Compression, file: string): Transform {
  if (compression === 'gzip') return zlib.createGunzip();
  // Node has it from 22.15 and 23.8 on.
  const make = 'createZstdDecompress' in zlib ? zlib.createZstdDecompress : undefined;
  if (make !== undefined) return make();
  throw new RequestError({
    code: 'no-zstd',
    message: `Node ${process.versions.node} cannot read .zst files.`,
    file,
    hint: 'Take Node 22.15 or newer, unpack the file (zstd -d), or compress it with gzip.',
  });
}

function unpackProblem(error: unknown, file: string, folder: string, length: number): unknown {
  if (isSystemError(error) && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new RequestError({
      code: 'unreadable-no-room',
      message: `There is no room to unpack it: the disk of ${folder} was full after ${Math.round(length / 1024 ** 2)} MB.`,
      file,
      hint: 'Make room there, set PARALLELRUN_HOME to a larger disk, or give several smaller files.',
    });
  }
  return new RequestError({
    code: 'unreadable-file',
    message: `It cannot be unpacked: ${messageOf(error)}.`,
    file,
    hint: 'It may be cut off, damaged, or compressed in another way than its name says.',
  });
}
