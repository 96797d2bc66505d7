/** What needs no script: DuckDB alone reads a table and writes it as text, on all cores. `duckdb-copy.ts INPUT OUTPUT SEPARATOR HEADER` */
import { DuckDBInstance } from '@duckdb/node-api';

const [source = '', target = '', separator = ',', header = 'false'] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`COPY (FROM '${source}') TO '${target}' (FORMAT csv, HEADER ${header}, DELIMITER '${separator}')`);
