import { RequestError } from '../errors/types.ts';

/** Checks that every partition key is one of the columns there are, and names those when it is not. */
export function checkPartitionKeys(keys: readonly string[], columns: readonly string[], input: string): void {
  const unknown = keys.filter((key) => !columns.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => `'${key}'`).join(', ');
  throw new RequestError({
    code: 'unknown-partition-key',
    message: `partition_keys has ${names}, which the input '${input}' does not have.`,
    hint:
      columns.length > 0
        ? `It has: ${columns.join(', ')}.`
        : 'A list of files has keys only through a partition format: extract_columns_from_partition_format in its MLTable, or partition_format of the dataset.',
  });
}
