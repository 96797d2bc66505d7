/**
 * What one would write by hand: two processes, each reads its half of a Parquet file with DuckDB, slice by slice, as row objects and writes
 * them as CSV. `duckdb-identity.ts INPUT OUTPUT ROWS SLICES`; the halves are joined at the end, in order.
 */
import { fork } from 'node:child_process';
import { closeSync, createReadStream, createWriteStream, openSync, rmSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';

const [source = '', target = '', rows = '0', slices = '1', half] = process.argv.slice(2);
const total = Number(rows);
const size = Math.ceil(total / Number(slices));

if (half === undefined) await main();
else await convert(half === '0' ? 0 : Math.ceil(Number(slices) / 2), half === '0' ? Math.ceil(Number(slices) / 2) : Number(slices));

async function main(): Promise<void> {
  await Promise.all(
    ['0', '1'].map(
      (one) =>
        new Promise<void>((resolve, reject) => {
          const child = fork(import.meta.filename, [source, target, rows, slices, one]);
          child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`half ${one} ended with ${code}`))));
        }),
    ),
  );
  for (const one of ['0', '1']) {
    await pipeline(createReadStream(`${target}.${one}`), createWriteStream(target, { flags: one === '0' ? 'w' : 'a' }));
    rmSync(`${target}.${one}`);
  }
}

async function convert(first: number, last: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const out = openSync(`${target}.${half}`, 'w');
  for (let slice = first; slice < last; slice++) {
    const from = slice * size;
    const result = await connection.stream(
      `SELECT * EXCLUDE (file_row_number) FROM read_parquet('${source}', file_row_number = true)
       WHERE file_row_number >= ${from} AND file_row_number < ${Math.min(total, from + size)}`,
    );
    let text = '';
    for await (const chunk of result.yieldRowObjectJs()) for (const row of chunk) text += `${Object.values(row).map(cell).join(',')}\n`;
    writeSync(out, text);
  }
  closeSync(out);
}

function cell(value: unknown): string {
  if (value === null) return '';
  const text = value instanceof Date ? value.toISOString() : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
