import { RequestError } from '../../errors/types.ts';
import { queryRows } from '../duckdb.ts';
import { firstLine } from '../read/parquet.ts';
import type { FooterFile } from './footers.ts';

/** The rows of a query about a Parquet file; a RequestError that names the file where it cannot be read. */
export async function ask({ name }: Pick<FooterFile, 'name'>, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return await queryRows(sql);
  } catch (error) {
    throw new RequestError({
      code: 'unreadable-parquet',
      message: `The file cannot be read as Parquet: ${firstLine(error)}.`,
      file: name,
      hint: 'It may be cut off, or not be Parquet at all.',
    });
  }
}
