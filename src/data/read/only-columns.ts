import type { TableReader } from '../types.ts';

/** The columns that the first keep or drop leaves, which alone are read; undefined: all. */
export function onlyColumns({
  columns,
  transformations: [first],
}: Pick<TableReader, 'columns' | 'transformations'>): readonly string[] | undefined {
  const names = columns.map(({ name }) => name);
  if (first?.op === 'keep_columns') return names.filter((name) => first.columns.includes(name));
  return first?.op === 'drop_columns' ? names.filter((name) => !first.columns.includes(name)) : undefined;
}
