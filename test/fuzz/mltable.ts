/** MLTable files, changed by byte and by tree, over files that fit and files that don't: planned in full, or refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { planInputs } from '../../src/data/plan.ts';
import { DataError } from '../../src/data/read/data-error.ts';
import { openReader, type TableSource } from '../../src/data/read/reader.ts';
import type { Slice } from '../../src/data/types.ts';
import { byteChange, changeBytes, changeTree, drawn, type Tree, treeChange } from './mutate.ts';
import { takenOrRefused } from './refusal.ts';
import type { FuzzTarget } from './target.ts';

const delimited = `paths:
- pattern: ./*.csv
transformations:
- extract_columns_from_partition_format: { partition_format: "/{kind}.csv" }
- read_delimited:
    delimiter: ","
    encoding: utf8
    header: all_files_same_headers
    empty_as_string: false
    infer_column_types: { sample_size: 10, column_type_overrides: { b: string } }
    include_path_column: true
- keep_columns: [a, b, kind, Path]
- convert_column_types: [{ columns: a, column_type: { datetime: { formats: ["%Y-%m-%d"] } } }]
- filter: 'col("b") != "x" and not kind.startswith("z")'
- take: 5
`;
const jsonLines = `paths: [{ file: ./c.jsonl }]
transformations:
- read_json_lines: { include_path_column: false, invalid_lines: error, encoding: utf8 }
- skip: 1
- take_random_sample: { probability: 0.5, seed: 3 }
- drop_columns: [x]
metadata: { a: 1 }
`;
const files = `type: mltable
paths: [{ folder: . }, { file: ./a.csv }]
`;
const contents: Readonly<Record<string, string>> = {
  'a.csv': 'a,b\n2020-01-02,1\n,x\n2020-02-30,"q,\n"\n',
  'b.csv': 'a,b\n1,2\n3\n',
  'c.jsonl': '{"x":1}\n{"x":"a","y":null}\n{"z":[1,{"a":2}]}\n',
};

const change = fc.oneof(
  fc.record({ how: fc.constant('bytes' as const), changes: fc.array(byteChange, { minLength: 1, maxLength: 4 }) }),
  fc.record({ how: fc.constant('tree' as const), changes: fc.array(treeChange, { minLength: 1, maxLength: 3 }) }),
);
const changed = fc.record({
  text: fc.constantFrom(delimited, jsonLines, files),
  change,
  data: fc.array(fc.record({ file: fc.constantFrom(...Object.keys(contents)), changes: fc.array(byteChange, { maxLength: 3 }) }), {
    maxLength: 1,
  }),
});

export const mltable: FuzzTarget = {
  name: 'mltable',
  async try(seed, directory) {
    const { text, change, data } = drawn(changed, seed);
    for (const [file, content] of Object.entries(contents)) writeFileSync(join(directory, file), content);
    for (const { file, changes } of data) writeFileSync(join(directory, file), changeBytes(Buffer.from(contents[file] ?? ''), changes));
    const content =
      change.how === 'bytes' ? changeBytes(Buffer.from(text), change.changes) : stringify(changeTree(parse(text) as Tree, change.changes));
    writeFileSync(join(directory, 'MLTable'), content);
    await takenOrRefused(async () => {
      const settings = {
        partitionKeys: [],
        rankMiniBatchCount: 0,
        scratch: join(directory, 'scratch'),
        miniBatchSize: { kind: 'default' as const },
      };
      const { readers, miniBatches } = await planInputs([{ name: 'data', type: 'mltable', path: directory }], settings);
      const [reader] = readers;
      const source = reader?.kind === 'table' ? await openReader(reader) : undefined;
      for await (const chunk of miniBatches) for (const { slice } of chunk) if (slice.kind !== 'files') await readOrRefused(source, slice);
    });
  },
};

/** What is found only when a mini-batch is read fails that one, and is told as the data's fault. */
async function readOrRefused(source: TableSource | undefined, slice: Slice): Promise<void> {
  try {
    await source?.read(slice);
  } catch (thrown) {
    if (!(thrown instanceof DataError)) throw thrown;
  }
}
