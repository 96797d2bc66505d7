import type { DuckDBConnection } from '@duckdb/node-api';

let opened: Promise<DuckDBConnection> | undefined;

/**
 * This process's DuckDB, in memory, on one thread: the processes of a job share the machine's cores between them.
 * Loaded when first asked for, since that takes longer than to start a small job.
 */
export function duckdb(): Promise<DuckDBConnection> {
  opened ??= connect();
  return opened;
}

async function connect(): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  return instance.connect();
}

/** A DuckDB of its own, for work that needs much; what it took is free afterwards. @param settings DuckDB's, such as `memory_limit` */
export async function withDuckdb<T>(
  settings: Readonly<Record<string, string>>,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', ...settings });
  try {
    const connection = await instance.connect();
    return await work(connection).finally(() => connection.closeSync());
  } finally {
    instance.closeSync();
  }
}

/** The rows of a query, with integers and texts as they are. For small results. */
export async function queryRows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const result = await (await duckdb()).run(sql);
  return result.getRowObjectsJS();
}

/** A text as SQL writes it. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path for `read_parquet` and its kin, which take patterns: here every character stands for itself. */
export function sqlPath(path: string): string {
  return sqlText(path.replace(/[*?[]/g, (special) => `[${special}]`));
}

/** Parquet files as they are: what looks like a value in a folder's name (`year=2020`) is no column. */
export function parquetTable(paths: readonly string[], more = ''): string {
  return `read_parquet([${paths.map(sqlPath).join(', ')}], hive_partitioning = false${more})`;
}

/** A name as SQL writes it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
