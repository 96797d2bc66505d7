import { parquetTable, sqlName, sqlPath, sqlText } from '../duckdb.ts';
import type { Column, ColumnType } from '../types.ts';
import { ask } from './ask.ts';
import type { FooterFile, Footers } from './footers.ts';
import { inParallel } from './in-parallel.ts';
import { parquetType } from './types.ts';

/** Files whose footers are looked at with one query. */
const filesPerQuery = 200;
/** Footers that are fetched at the same time. */
const footersAtOnce = 32;
const noFile = { name: '' };

export interface ParquetColumns {
  /** Of all files together, in order of appearance. */
  readonly columns: readonly Column[];
  /** Columns that a file has not; it has all where it is not named. */
  readonly absent: ReadonlyMap<string, readonly string[]>;
}

/** What is known of a column of all files. */
interface Seen {
  readonly name: string;
  readonly types: Set<ColumnType>;
  /** Files in which it is an integer of 64 bits, whose values decide whether a number holds them. */
  readonly wideFiles: FooterFile[];
  wideType: 'bigint' | 'ubigint' | undefined;
  files: number;
  /** Files in which it is days without a time. */
  days: number;
}

/** Columns of files whose schemas may differ: those that a file has not are null there; integers and fractions together are floats, other kinds are kept as they are. */
export async function readColumns(footers: Footers, paths: readonly string[]): Promise<ParquetColumns> {
  const seen = new Map<string, Seen>();
  const namesOf = new Map<string, ReadonlySet<string>>();
  const files: FooterFile[] = [];
  const unique = [...new Set(paths)];
  for await (const file of inParallel(unique, footersAtOnce, (path) => footers.of(path))) {
    const columns = await ask(file, `DESCRIBE SELECT * FROM ${parquetTable([file.path])}`);
    namesOf.set(unique[files.length] ?? '', new Set(columns.map(({ column_name }) => String(column_name))));
    files.push(file);
    for (const { column_name, column_type } of columns) look(seen, file, String(column_name), String(column_type));
  }
  const nullable = await columnsWithNulls(files, [...seen.keys()]);
  const columns: Column[] = [];
  for (const one of seen.values()) {
    const isWide = one.wideType !== undefined && (await needsAllBits(one));
    const nulls = one.files < files.length || nullable.has(one.name);
    const days = one.days === one.files ? ({ days: true } as const) : {};
    columns.push({ name: one.name, type: typeOf(one, isWide), nullable: nulls, ...days });
  }
  const absent = new Map<string, readonly string[]>();
  for (const [path, names] of namesOf) {
    const missing = [...seen.keys()].filter((name) => !names.has(name));
    if (missing.length > 0) absent.set(path, missing);
  }
  return { columns, absent };
}

function look(seen: Map<string, Seen>, file: FooterFile, name: string, duckdbType: string): void {
  const one: Seen = seen.get(name) ?? { name, types: new Set(), wideFiles: [], wideType: undefined, files: 0, days: 0 };
  seen.set(name, one);
  const { type, wide, days } = parquetType(duckdbType);
  one.types.add(type);
  one.files += 1;
  if (days === true) one.days += 1;
  if (wide === undefined) return;
  one.wideFiles.push(file);
  one.wideType = one.wideType === undefined || one.wideType === wide ? wide : 'bigint';
}

function typeOf({ types, wideType }: Seen, isWide: boolean): ColumnType {
  const [only = 'object'] = types;
  if (types.size === 1) return isWide ? (wideType ?? only) : only;
  const areNumbers = [...types].every((type) => type === 'integer' || type === 'float');
  // A float would round an integer that needs all its bits.
  return areNumbers && !isWide ? 'float' : 'object';
}

/** Columns with nulls, or for which the statistics in the footers do not tell (nested ones among them). */
async function columnsWithNulls(files: readonly FooterFile[], names: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = 0; at < files.length; at += filesPerQuery) {
    const some = files.slice(at, at + filesPerQuery);
    const statistics = await ask(
      some[0] ?? noFile,
      `SELECT path_in_schema AS name, sum(stats_null_count)::DOUBLE AS nulls, count(*) = count(stats_null_count) AS counted
       FROM parquet_metadata([${pathsOf(some)}]) GROUP BY path_in_schema`,
    );
    const without = new Set(
      statistics.filter(({ counted, nulls }) => counted === true && Number(nulls) === 0).map(({ name }) => String(name)),
    );
    for (const name of names) if (!without.has(name)) found.add(name);
  }
  return found;
}

/** Whether a number cannot hold all values of a column of 64 bits: from the statistics, else from the data. */
async function needsAllBits({ name, wideFiles }: Seen): Promise<boolean> {
  for (let at = 0; at < wideFiles.length; at += filesPerQuery) {
    const files = wideFiles.slice(at, at + filesPerQuery);
    const [file = noFile] = files;
    const [told] = await ask(
      file,
      `SELECT min(TRY_CAST(stats_min_value AS HUGEINT))::DOUBLE AS least, max(TRY_CAST(stats_max_value AS HUGEINT))::DOUBLE AS greatest,
         count(*) = count(stats_max_value) AS bounded
       FROM parquet_metadata([${pathsOf(files)}]) WHERE path_in_schema = ${sqlText(name)}`,
    );
    const isTold = told?.bounded === true && told.least !== null;
    // Of a file that is elsewhere only the footer is here: a bigint holds whatever there is.
    if (!isTold && files.some(({ far }) => far !== undefined)) return true;
    const bounds = isTold
      ? told
      : (
          await ask(
            file,
            `SELECT min(${sqlName(name)})::DOUBLE AS least, max(${sqlName(name)})::DOUBLE AS greatest FROM ${parquetTable(files.map(({ path }) => path))}`,
          )
        )[0];
    if (Number(bounds?.least ?? 0) < Number.MIN_SAFE_INTEGER || Number(bounds?.greatest ?? 0) > Number.MAX_SAFE_INTEGER) return true;
  }
  return false;
}

function pathsOf(files: readonly FooterFile[]): string {
  return files.map(({ path }) => sqlPath(path)).join(', ');
}
