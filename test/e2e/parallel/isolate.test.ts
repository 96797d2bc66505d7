/** `on_failure: isolate`: of a mini-batch that failed for good, only the items that fail alone are lost. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { queryRows, sqlPath } from '../../../src/data/duckdb.ts';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { pandasPython } from '../../support/pythons.ts';

const scripts: readonly (readonly [string, string])[] = [
  [
    'score.py',
    `import os
def run(files):
    names = [os.path.basename(file) for file in files]
    if "003.txt" in names: raise ValueError("not 003")
    if "008.txt" in names: os._exit(7)
    return names
`,
  ],
  [
    'score.ts',
    `import { basename } from 'node:path';
export function run(files: string[]) {
  const names = files.map((file) => basename(file));
  if (names.includes('003.txt')) throw new TypeError('not 003');
  if (names.includes('008.txt')) process.kill(process.pid, 'SIGKILL');
  return names;
}
`,
  ],
];

test.each(scripts)(
  '%s: files that fail alone are lost and listed, also one that takes the process with it',
  async (entryScript, script) => {
    const box = sandbox();
    const settings = ['mini_batch_size: "5"', 'retry_settings: { max_retries: 1 }', 'on_failure: isolate', 'error_threshold: 2'];
    const file = parallelJob(box, { files: 12, entryScript, script, settings });
    const ran = await box.prl(['run', file, '--name', 'one']);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('missing: 2 items of 2 mini-batches failed for good') });
    expect(ran.stderr).toContain('prl job retry-failed --name one');
    const kept = Array.from({ length: 12 }, (_, index) => `${String(index).padStart(3, '0')}.txt`).filter(
      (name) => name !== '003.txt' && name !== '008.txt',
    );
    expect(rowsOf(box)).toEqual(kept);
    const { main } = await showJob(box, 'one');
    expect(main.mini_batches).toMatchObject({ total: 3, done: 3, failed: 0 });
    expect(main.items).toEqual({ total: 12, done: 10, failed: 2 });
    const listed = listOf(box, 'failed_items.jsonl');
    expect(listed).toMatchObject([
      { step: 'main', mini_batch: 0, item: box.path('in', '003.txt'), error: { message: 'not 003' } },
      { step: 'main', mini_batch: 1, item: box.path('in', '008.txt'), error: { type: 'WorkerDied' } },
    ]);
    expect(JSON.parse((await box.prl(['job', 'failed', 'one', '--output', 'json'])).stdout)).toEqual(listed);
  },
);

test('a threshold is judged while items are told apart, and every item failing costs a bounded number of runs', async () => {
  const box = sandbox();
  const script = `import { appendFileSync } from 'node:fs';
export function run(files: string[]) {
  appendFileSync('${box.path('runs')}', \`\${files.length}\\n\`);
  if (!files[0]?.endsWith('007.txt') || files.length > 1) throw new Error('bad');
  return files;
}`;
  const settings = ['mini_batch_size: "4"', 'max_concurrency_per_instance: 1', 'retry_settings: { max_retries: 0 }'];
  const file = parallelJob(box, {
    files: 8,
    entryScript: 'score.ts',
    script,
    settings,
    programArguments: '--isolate_failed_items True --error_threshold 2',
  });
  const stopped = await box.prl(['run', file, '--name', 'stopped']);
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('error_threshold exceeded: 2 allowed, 3 failed items') });
  expect(existsSync(box.path('rows.txt'))).toBe(false);
  // Of the 14 that there would be.
  const begun = runsOf(box).length;
  expect(begun).toBeLessThan(10);
  const all = await box.prl(['run', file, '--name', 'all', '--set', 'task.program_arguments=--isolate_failed_items True']);
  expect(all).toMatchObject({ code: 0, stderr: expect.stringContaining('missing: 7 items of 2 mini-batches failed for good') });
  expect(runsOf(box)).toHaveLength(begun + 14);
  expect((await showJob(box, 'all')).main.mini_batches).toMatchObject({ done: 1, failed: 1 });
});

test.runIf(pandasPython !== undefined)(
  'rows that fail alone are written as the file has them, and a new job runs over them alone',
  async () => {
    const box = sandbox();
    const rows = Array.from({ length: 60 }, (_, id) => (id === 31 ? '31,"two\nlines"\n' : `${id},"näme ${id}"\n`));
    box.write('table.csv', `id,name\n${rows.join('')}`);
    box.write(
      'code/table.py',
      `def run(rows):
    for id in rows["id"]:
        if id in (5, 31, 59): raise ValueError(f"not {id}")
    return [f"{row.id}" for row in rows.itertuples()]
`,
    );
    const job = (script: string) => `type: parallel
inputs: { data: { type: uri_file, path: ./table.csv } }
outputs: { rows: { type: uri_file, path: ./rows.txt } }
input_data: $\{{inputs.data}}
mini_batch_size: "300"
retry_settings: { max_retries: 0 }
on_failure: isolate
task: { type: run_function, code: ./code, entry_script: ${script}, append_row_to: "$\{{outputs.rows}}" }
`;
    box.write('table.yml', job('table.py'));
    const options = { env: { PARALLELRUN_PYTHON: pandasPython } };
    expect((await box.prl(['run', 'table.yml', '--name', 'table'], options)).code).toBe(0);
    expect(rowsOf(box)).toEqual(Array.from({ length: 60 }, (_, id) => String(id)).filter((id) => !['5', '31', '59'].includes(id)));
    expect(readFileSync(box.path('bad_rows/table.csv'), 'utf8')).toBe(`id,name\n${rows[5]}${rows[31]}${rows[59]}`);
    const bytes = readFileSync(box.path('table.csv'));
    const places = listOf(box, 'failed_items.jsonl').map(({ item }) => item as { readonly start: number; readonly end: number });
    expect(places.map(({ start, end }) => bytes.subarray(start, end).toString())).toEqual([rows[5], rows[31], rows[59]]);

    // Another language, over those rows alone; what the first job made stays as it is.
    box.write('code/table.ts', 'export const run = (rows: Iterable<{ id: number }>) => [...rows].map(({ id }) => String(id));\n');
    box.write('table.yml', job('table.ts'));
    const again = await box.prl(['run', 'table.yml', '--only-failed-of', 'table', '--name', 'again']);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('Only what failed for good in job table is run.') });
    expect(rowsOf(box)).toHaveLength(57);
    const [, output = ''] = /output rows: (.*)/.exec(again.stderr) ?? [];
    expect(readFileSync(box.path(output), 'utf8')).toBe('5\n31\n59\n');
    const other = await box.prl(['run', 'table.yml', '--only-failed-of', 'table', '--set', 'mini_batch_size=500']);
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The input is not that of job table: mini-batch 0 is cut in another way'),
    });
    expect(await box.prl(['run', 'table.yml', '--only-failed-of', 'again'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nothing has failed for good in job again'),
    });
  },
);

test('bad rows of Parquet are Parquet, those of JSON lines are lines', async () => {
  const box = sandbox();
  await queryRows(`COPY (SELECT range::INTEGER AS id, 'row ' || range AS name FROM range(50)) TO ${sqlPath(box.path('t.parquet'))}`);
  box.write('t.jsonl', Array.from({ length: 50 }, (_, id) => `${JSON.stringify({ id })}\n`).join(''));
  box.write(
    'code/score.ts',
    `export function run(rows: Iterable<{ id: number }>) {
  return [...rows].map(({ id }) => { if (id % 24 === 1) throw new Error(String(id)); return String(id); });
}
`,
  );
  const step = (name: string) => `  ${name}:
    type: parallel
    inputs: { data: { type: uri_file, path: ./t.${name} } }
    outputs: { rows: { type: uri_file, path: ./out/${name}.txt } }
    input_data: $\{{inputs.data}}
    on_failure: isolate
    retry_settings: { max_retries: 0 }
    task: { type: run_function, code: ./code, entry_script: score.ts, append_row_to: "$\{{outputs.rows}}" }
`;
  box.write('pipeline.yml', `type: pipeline\njobs:\n${step('parquet')}${step('jsonl')}`);
  expect((await box.prl(['run', 'pipeline.yml', '--name', 'both'])).code).toBe(0);
  // Two steps write to one folder: each has a list of its own.
  expect(listOf(box, 'out/parquet.failed_items.jsonl').map(({ item }) => item)).toMatchObject(
    [1, 25, 49].map((row) => ({ file: box.path('t.parquet'), start: row, end: row + 1, unit: 'rows' })),
  );
  expect(listOf(box, 'out/jsonl.failed_items.jsonl')).toHaveLength(3);
  expect(readFileSync(box.path('out/jsonl.bad_rows/t.jsonl'), 'utf8')).toBe('{"id":1}\n{"id":25}\n{"id":49}\n');
  expect(await queryRows(`SELECT * FROM ${sqlPath(box.path('out/parquet.bad_rows/t.parquet'))}`)).toEqual(
    [1, 25, 49].map((id) => ({ id, name: `row ${id}` })),
  );
});

function rowsOf(box: Sandbox): readonly string[] {
  return readFileSync(box.path('rows.txt'), 'utf8').trimEnd().split('\n');
}

function runsOf(box: Sandbox): readonly string[] {
  return readFileSync(box.path('runs'), 'utf8').trimEnd().split('\n');
}

function listOf(box: Sandbox, file: string): readonly { readonly item: unknown }[] {
  return readFileSync(box.path(file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
