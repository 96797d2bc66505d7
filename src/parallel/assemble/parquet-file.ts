/** Rows that stand one behind the other in a file of text become a Parquet file, as a stream: memory holds one row group. */
import { statSync, writeFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlName, sqlPath, sqlText, withDuckdb } from '../../data/duckdb.ts';
import type { ParquetColumns } from '../../workers/protocol/parquet-columns.ts';

/** DuckDB's own size of a row group, and of the pieces that it writes it in. */
const mostRows = 122_880;
const leastRows = 2048;
/** A row group is about so many bytes of text at most, unless its rows are very long. */
const groupBytes = 64 << 20;

/**
 * @param rows file of CSV in which every value is in quotes and null is a bare `N`
 * @param columns undefined where no row told of any: the Parquet file has none, too
 * @param count of the rows, about
 */
export async function writeParquet(rows: string, columns: ParquetColumns | undefined, count: number, target: string): Promise<void> {
  if (columns === undefined) {
    writeFileSync(target, withoutColumns);
    return;
  }
  const { size } = statSync(rows);
  const perGroup = Math.floor((groupBytes / Math.max(1, size)) * Math.max(1, count));
  const groupRows = Math.min(mostRows, Math.max(leastRows, perGroup));
  const source = csv(rows, columns);
  await withDuckdb({ temp_directory: spillOf(target) }, async (connection) => {
    const nested = await structures(connection, source, columns);
    const values = columns.columns.map(([name, type]) => `${columnOf(sqlName(name), type, nested.get(name))} AS ${sqlName(name)}`);
    await connection.run(
      `COPY (SELECT ${values.join(', ')} FROM ${source}) TO ${sqlText(target)} (FORMAT parquet, ROW_GROUP_SIZE ${groupRows}, COMPRESSION snappy)`,
    );
  });
}

/** A folder that there is while DuckDB has more than fits into memory. */
export function spillOf(target: string): string {
  return `${target}.spill`;
}

function csv(file: string, { columns, longest }: ParquetColumns): string {
  const types = columns.map(([name, type]) => `${sqlText(name)}: ${sqlText(readAs(type))}`);
  return `read_csv(${sqlPath(file)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = 'N', allow_quoted_nulls = false, parallel = false, max_line_size = ${longest}, columns = {${types.join(', ')}})`;
}

function readAs(type: string): string {
  return type === 'NULL' || type === 'BLOB' ? 'VARCHAR' : type;
}

function columnOf(column: string, type: string, structure: string | undefined): string {
  if (type === 'BLOB') return `unhex(${column})`;
  return structure === undefined ? column : `json_transform(${column}, ${sqlText(structure)})`;
}

/** What lists and objects consist of, for each column of them: that needs a look at all. */
async function structures(connection: DuckDBConnection, source: string, { columns }: ParquetColumns): Promise<ReadonlyMap<string, string>> {
  const nested = columns.filter(([, type]) => type === 'JSON').map(([name]) => name);
  if (nested.length === 0) return new Map();
  const asked = nested.map((name) => `json_group_structure(${sqlName(name)})::VARCHAR`);
  const result = await connection.run(`SELECT ${asked.join(', ')} FROM ${source}`);
  const [found = []] = await result.getRowsJS();
  return new Map(nested.map((name, index) => [name, JSON.stringify(typed(JSON.parse(String(found[index]))))]));
}

/** A structure with a type in every place: what is null everywhere is text, as is what differs too much. */
function typed(structure: unknown): unknown {
  if (structure === 'NULL') return 'VARCHAR';
  if (Array.isArray(structure)) return structure.map(typed);
  if (typeof structure !== 'object' || structure === null) return structure;
  const fields = Object.entries(structure).map(([name, type]) => [name, typed(type)]);
  // Parquet has no objects without fields.
  return fields.length === 0 ? 'JSON' : Object.fromEntries(fields);
}

/** A Parquet file without columns and rows, which no query can make. Footer: version 1, a root `schema` without children, no rows, no groups. */
const footer = Buffer.from('1502191c4806736368656d611500001600190c00', 'hex');
const length = Buffer.alloc(4);
length.writeUInt32LE(footer.length);
const withoutColumns = Buffer.concat([Buffer.from('PAR1'), footer, length, Buffer.from('PAR1')]);
