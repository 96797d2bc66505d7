/** The cases that every reader must pass, read as TypeScript workers read. */
import { describe, expect, test } from 'vitest';
import { DataError } from '../../../../src/data/read/data-error.ts';
import { openReader } from '../../../../src/data/read/reader.ts';
import { caseGroups } from '../../../cases/tables/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { layOut, shown } from '../../../support/table-cases.ts';

describe.each(Object.entries(caseGroups))('%s', (_, cases) => {
  test.each(cases)('$name', async (one) => {
    const { reader, slice } = await layOut(one, temporaryFolder(), 'case.data');
    const read = openReader(reader).then((source) => source.read(slice));
    const gives = one.inTypeScript ?? one.gives;
    if (typeof gives === 'string') {
      await expect(read).rejects.toThrow(DataError);
      await expect(read).rejects.toThrow(gives);
      return;
    }
    const table = await read;
    expect(table.columns).toEqual(one.output ?? one.columns);
    const rows = table.toArray().map((row) => table.columns.map((column) => shown(row[column.name], column)));
    expect(rows).toEqual(gives.slice(1));
  });
});
