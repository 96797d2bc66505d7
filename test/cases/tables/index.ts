import type { Case } from './case.ts';
import { conversions } from './conversions.ts';
import { delimited } from './delimited.ts';
import { filterCases } from './filters.ts';
import { jsonLinesCases } from './json-lines.ts';
import { mlTableText } from './ml-table.ts';
import { parquetCases } from './parquet.ts';

export const caseGroups: Readonly<Record<string, readonly Case[]>> = {
  'delimited text of a plain file': delimited,
  'delimited text of an MLTable': mlTableText,
  'JSON lines': jsonLinesCases,
  Parquet: parquetCases,
  transformations: conversions,
  filters: filterCases,
};
