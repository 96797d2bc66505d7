/** The first rows of a file, for people who want to see what is in it. */
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { parquetTable, queryRows } from './duckdb.ts';

/** A line of a text as it stands there; a row of a table by its columns. */
export type FirstRow = string | Readonly<Record<string, unknown>>;

/** Bytes of a text that are looked at. */
const head = 64 * 1024;

/** None of what is neither text nor Parquet, and of what cannot be read. */
export async function firstRows(path: string, count: number): Promise<readonly FirstRow[]> {
  try {
    return /\.parquet$/i.test(path) ? await parquetRows(path, count) : await textLines(path, count);
  } catch {
    return [];
  }
}

async function parquetRows(path: string, count: number): Promise<readonly FirstRow[]> {
  // A column of the alias's own name would win over it.
  const rows = await queryRows(
    `SELECT to_json("row of the file")::VARCHAR AS row FROM (SELECT * FROM ${parquetTable([path])} LIMIT ${count}) "row of the file"`,
  );
  return rows.map(({ row }) => JSON.parse(String(row)));
}

async function textLines(path: string, count: number): Promise<readonly FirstRow[]> {
  const read = await beginning(path);
  const isZipped = read.length > 2 && read[0] === 0x1f && read[1] === 0x8b;
  const bytes = isZipped ? gunzipSync(read, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, head) : read;
  if (bytes.includes(0)) return [];
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/, count);
  return text === '' ? [] : lines;
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(head), 0, head, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
