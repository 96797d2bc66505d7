import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RequestError } from '../../errors/types.ts';
import type { Column, ColumnType, Constant } from '../types.ts';
import { listScript } from './list-script.ts';

/** Which version of a Delta table; the last where neither is given. */
export interface DeltaMoment {
  readonly version?: number;
  /** RFC 3339. */
  readonly timestamp?: string;
}

/** The Parquet files that are a version of a Delta table. */
export interface DeltaFiles {
  readonly version: number;
  /** Relative to the table's folder. */
  readonly paths: readonly string[];
  /** Columns that stand in no file but in the log, and their values, in the order of `paths`. */
  readonly columns: readonly Column[];
  readonly values: readonly (readonly Constant[])[];
}

type Told =
  | { readonly missing: true }
  | { readonly problem: string }
  | {
      readonly version: number;
      readonly unknown: readonly string[];
      readonly columns: readonly (readonly [name: string, type: string])[];
      readonly files: readonly (readonly [path: string, values: readonly Constant[]])[];
    };

/** File paths and partition values of a million files. */
const longestAnswer = 1024 ** 3;

/**
 * Asks the Python package `deltalake` what a version of a table is; its log is a protocol of its own, which grows.
 * @throws RequestError where Python has no such package, or the table needs what a reader of its Parquet files does not know
 */
export async function listDeltaFiles(folder: string, python: string, moment: DeltaMoment): Promise<DeltaFiles> {
  const told = await ask(folder, python, moment);
  if ('missing' in told) throw noPackage(python);
  if ('problem' in told) throw unreadable(folder, told.problem);
  const [unknown] = told.unknown;
  if (unknown !== undefined) {
    throw new RequestError({
      code: 'delta-feature',
      message: `The Delta table uses ${told.unknown.join(', ')}, which is not known here: its Parquet files do not tell alone which rows it has.`,
      file: folder,
      hint: 'Write it without this feature (in Spark: REORG TABLE … APPLY (PURGE), or a copy), or read it in the script.',
    });
  }
  const values = told.files.map(([, constants]) => constants);
  return {
    version: told.version,
    paths: told.files.map(([path]) => path),
    columns: told.columns.map(([name, type], index) => ({
      name,
      type: columnType(type),
      nullable: values.some((constants) => constants[index] === null),
    })),
    values,
  };
}

async function ask(folder: string, python: string, moment: DeltaMoment): Promise<Told> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', listScript, folder, JSON.stringify(moment)], { maxBuffer: longestAnswer });
    return JSON.parse(stdout);
  } catch (error) {
    throw new RequestError(
      {
        code: 'unreadable-delta',
        message: `Python (${python}) could not say what the Delta table is: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : error}.`,
        file: folder,
      },
      { cause: error },
    );
  }
}

function columnType(deltaType: string): ColumnType {
  switch (deltaType) {
    case 'long':
    case 'integer':
    case 'short':
    case 'byte':
      return 'bigint';
    case 'double':
    case 'float':
      return 'float';
    case 'boolean':
      return 'boolean';
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return 'datetime';
    default:
      return 'string';
  }
}

function noPackage(python: string): RequestError {
  return new RequestError({
    // Once it is there, the same job goes on.
    code: 'missing-package',
    message: `Delta tables are listed with the Python package deltalake, which ${python} has not.`,
    hint: `Install it (${python} -m pip install deltalake; for a script in TypeScript, in the Python that PARALLELRUN_PYTHON names), or list the Parquet files of the version you want under paths and use read_parquet.`,
  });
}

function unreadable(folder: string, problem: string): RequestError {
  return new RequestError({ code: 'unreadable-delta', message: `The folder cannot be read as a Delta table: ${problem}.`, file: folder });
}
