/**
 * Objects as rows of a Parquet file: CSV in which every value is in quotes and null is a bare `N`, and the columns with the types of all
 * values so far, which are told before the rows count.
 */
import { kindOf, type ParquetColumns, union } from '../protocol/parquet-columns.ts';
import type { Agree } from './agreement.ts';
import { AttemptError } from './attempt-error.ts';
import { Columns } from './columns.ts';
import { isoTime } from './iso-time.ts';
import { plainJson } from './plain-json.ts';
import { describe, isThenable } from './returned.ts';
import type { RowEncoder } from './row-encoder.ts';

// As it is before the script runs.
const { isArray } = Array;
const { stringify } = JSON;
const { isSafeInteger, isNaN: isNotANumber, isFinite: isFiniteNumber } = Number;

const null_ = 'N';
/** Three bytes are the most that one UTF-16 unit can take. */
const bytesPerUnit = 3;
const leastLongest = 2 ** 20;

export class ParquetRows implements RowEncoder {
  readonly #agree: Agree;
  readonly #tell: (columns: string) => void;
  readonly #columns: Columns;
  #names: readonly string[] = [];
  /** Of the values of all mini-batches of this worker that ended well, and of the present one. */
  #told: readonly string[] = [];
  #types: string[] = [];
  #longest = leastLongest;
  #toldLongest = 0;

  constructor(agree: Agree, tell: (columns: string) => void) {
    this.#agree = agree;
    this.#tell = tell;
    this.#columns = new Columns(agree);
  }

  begin(): void {
    this.#types = [];
  }

  encode(row: unknown, position: number): string {
    if (typeof row !== 'object' || row === null || isArray(row) || row instanceof Date || ArrayBuffer.isView(row) || isThenable(row)) {
      const expected = 'a row of a Parquet file is an object with a value for each column, such as { path, score }';
      throw wrong(`element ${position} of what run returned is ${isArray(row) ? 'an array' : describe(row)}; ${expected}`);
    }
    const names = this.#columns.names(row);
    const values = row as Readonly<Record<string, unknown>>;
    let line = '';
    let present = 0;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? '';
      const value = values[name];
      if (value !== undefined) present += 1;
      if (index > 0) line += ',';
      line += this.#cell(value, index, name, position);
    }
    this.#columns.refuseOtherKeys(row, present, position);
    this.#names = names;
    while (line.length * bytesPerUnit >= this.#longest) this.#longest *= 2;
    return `${line}\n`;
  }

  end(): void {
    const types = this.#names.map((name, index) => this.#merged(name, index));
    if (types.every((type, index) => type === this.#told[index]) && this.#longest === this.#toldLongest) return;
    this.#told = types;
    this.#toldLongest = this.#longest;
    const columns: ParquetColumns = { columns: this.#names.map((name, index) => [name, types[index] ?? 'NULL']), longest: this.#longest };
    this.#tell(stringify(columns));
  }

  /** The type of a column, with this mini-batch. The first that has a value there decides for all workers which kind it is. */
  #merged(name: string, index: number): string {
    const told = this.#told[index] ?? 'NULL';
    const own = this.#types[index] ?? 'NULL';
    const kind = kindOf(own);
    if (kind !== undefined) {
      const expected = kindOf(told) ?? this.#agree(`column-${index}`, kind);
      if (expected !== kind) throw wrong(otherKind(name, `${kind} here`, `${expected} in the output`));
    }
    return union(told, own) ?? own;
  }

  #cell(value: unknown, index: number, name: string, position: number): string {
    const own = this.#types[index] ?? 'NULL';
    const typed = typedText(value, name, position);
    if (typed === undefined) return null_;
    const [type, text] = typed;
    if (type !== own) {
      const both = union(own, type);
      if (both === undefined) {
        throw wrong(otherKind(name, `${kindOf(type)} in element ${position} of what run returned`, `${kindOf(own)} in those before it`));
      }
      this.#types[index] = both;
    }
    return `"${text}"`;
  }
}

/** Undefined for null, and what stands for it. */
function typedText(value: unknown, name: string, position: number): readonly [type: string, text: string] | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
      return ['VARCHAR', escaped(value)];
    case 'number':
      if (isNotANumber(value)) return undefined;
      if (!isFiniteNumber(value)) return ['DOUBLE', value > 0 ? 'inf' : '-inf'];
      return [isSafeInteger(value) && !Object.is(value, -0) ? 'BIGINT' : 'DOUBLE', String(value)];
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return ['BIGINT', String(value)];
      if (BigInt.asUintN(64, value) === value) return ['UBIGINT', String(value)];
      throw wrong(`element ${position} of what run returned has a bigint of more than 64 bits in the column ${name}; return it as text`);
    case 'boolean':
      return ['BOOLEAN', String(value)];
    case 'object':
      if (value === null) return undefined;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : ['TIMESTAMPTZ', isoTime(value)];
      if (value instanceof Uint8Array) return ['BLOB', Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')];
      if (!isThenable(value)) return ['JSON', escaped(plainJson(value))];
  }
  throw wrong(`element ${position} of what run returned has ${describe(value)} in the column ${name}, which is no value`);
}

function escaped(text: string): string {
  return text.includes('"') ? text.replaceAll('"', '""') : text;
}

function otherKind(name: string, here: string, there: string): string {
  return `the column ${name} has ${here}, and ${there}. A column of a Parquet file has one type: make them the same`;
}

function wrong(what: string): AttemptError {
  return new AttemptError('BadReturn', 'return', `${what}.`);
}
