import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planInputs } from '../../../src/data/plan.ts';
import { openReader } from '../../../src/data/read/reader.ts';
import type { TableReader } from '../../../src/data/types.ts';
import { all, folder, splitSettings, types } from './support.ts';

/** More than is looked at as a whole. */
const megabytes = 24;

/** A large CSV made of one row again and again, with other rows at some places (0 to 1). */
async function largeFile(name: string, head: string, row: string, others: Readonly<Record<number, string>> = {}): Promise<string> {
  const path = join(folder(), name);
  const handle = await open(path, 'w');
  const block = row.repeat(Math.ceil(1024 ** 2 / row.length));
  await handle.write(head);
  for (let written = 0; written < megabytes; written += 1) {
    await handle.write(others[written] ?? '');
    await handle.write(block);
  }
  await handle.close();
  return path;
}

async function readerOf(path: string): Promise<TableReader> {
  const { readers } = await planInputs([{ name: 'in', type: 'uri_file', path }], splitSettings(''));
  const [reader] = readers;
  if (reader?.kind !== 'table') throw new Error('expected a table');
  return reader;
}

describe('a file too large to be looked at as a whole', () => {
  test('rows that hold line ends and what looks like rows do not confuse the sample', async () => {
    const path = await largeFile('a.csv', 'a,b,c\n', '17,"some text\nwith 1,2 lines\n and ""quotes""",2.5\n');
    expect(types((await readerOf(path)).columns)).toBe('a:integer b:string? c:float?');
  });

  test('what the sample did not see fails its mini-batch alone, naming the place and the setting', async () => {
    const row = '17,text text text text text text text text text\n';
    const path = await largeFile('a.csv', 'a,b\n', row, { 14: 'seventeen,text\n' });
    const plan = await planInputs([{ name: 'in', type: 'uri_file', path }], splitSettings(''));
    const [reader] = plan.readers;
    if (reader?.kind !== 'table') throw new Error('expected a table');
    expect(types(reader.columns)).toBe('a:integer b:string?');
    const source = await openReader(reader);
    const failures: string[] = [];
    for (const { slice } of await all(plan.miniBatches)) {
      await source.read(slice).catch((error: Error) => failures.push(error.message));
    }
    const line = 2 + 14 * Math.ceil(1024 ** 2 / row.length);
    expect(failures).toEqual([
      expect.stringMatching(new RegExp(`^a\\.csv:${line}: column "a": "seventeen" is not an integer\\. .*column_type_overrides`)),
    ]);
  });

  test('a column that is empty wherever one looks is text, which keeps whatever turns up', async () => {
    expect(types((await readerOf(await largeFile('a.csv', 'a,b\n', `${'1'.repeat(40)}.5,\n`))).columns)).toBe('a:float? b:string?');
  });

  test('JSON lines', async () => {
    const path = await largeFile('a.jsonl', '', '{"a": 1, "b": "x", "c": 1.5}\n');
    expect(types((await readerOf(path)).columns)).toBe('a:integer b:string? c:float?');
  });
});
