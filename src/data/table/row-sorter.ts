import { rm } from 'node:fs/promises';
import { join } from 'node:path';

const memoryLimit = '512MB';

/** Sorts texts by group on disk; within a group they keep their order. */
export interface RowSorter extends AsyncDisposable {
  add(group: number, text: string): void;
  /** All texts; call once, after the last `add`. */
  sorted(): AsyncGenerator<readonly { readonly group: number; readonly text: string }[]>;
}

/** A DuckDB of its own, on disk in a folder, removed when it is closed. */
export async function openSorter(directory: string): Promise<RowSorter> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const file = join(directory, 'sort.duckdb');
  await rm(file, { force: true });
  const instance = await DuckDBInstance.create(file, {
    memory_limit: memoryLimit,
    temp_directory: join(directory, 'sort.tmp'),
    threads: '2',
  });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE row (grp INTEGER, nr BIGINT, txt VARCHAR)');
  const appender = await connection.createAppender('row');
  let count = 0n;
  return {
    add(group, text) {
      appender.appendInteger(group);
      appender.appendBigInt(count);
      appender.appendVarchar(text);
      appender.endRow();
      count += 1n;
    },
    async *sorted() {
      appender.closeSync();
      const result = await connection.stream('SELECT grp, txt FROM row ORDER BY grp, nr');
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const groups = chunk.getColumnVector(0);
        const texts = chunk.getColumnVector(1);
        yield Array.from({ length: chunk.rowCount }, (_, row) => ({
          group: Number(groups.getItem(row)),
          text: String(texts.getItem(row)),
        }));
      }
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
      await rm(file, { force: true });
      await rm(join(directory, 'sort.tmp'), { recursive: true, force: true });
    },
  };
}
