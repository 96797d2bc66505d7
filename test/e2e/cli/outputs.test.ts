/** What a job wrote, as the end of a run and `prl job outputs` tell it. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { queryRows, sqlText } from '../../../src/data/duckdb.ts';
import { sandbox } from '../../support/prl.ts';

test('outputs of the job and of its steps: where, how much, and their first rows', async () => {
  const box = sandbox();
  box.write('made/rows.csv.gz', gzipSync(`a,b\n${'1,2\n'.repeat(9)}`));
  await queryRows(
    `COPY (SELECT 1::BIGINT AS n, 'x' AS t UNION ALL SELECT 2, NULL) TO ${sqlText(box.path('made/t.parquet'))} (FORMAT parquet)`,
  );
  box.write(
    'pipeline.yml',
    `type: pipeline
outputs:
  table: {type: uri_file, path: ./out/t.parquet}
jobs:
  make:
    type: command
    command: >-
      cp made/t.parquet \${{outputs.table}}; cp made/rows.csv.gz \${{outputs.parts}}; printf 'not shown' > \${{outputs.parts}}/MLTable;
      printf '\\033[2Jred\\r\\n' > \${{outputs.text}}/a.txt; printf 'a\\0b' > \${{outputs.binary}}/x.bin
    code: .
    outputs:
      table: \${{parent.outputs.table}}
      parts: {type: uri_folder}
      text: {type: uri_folder}
      binary: {type: uri_folder}
  fails:
    type: command
    command: echo half > \${{outputs.half}}/h.txt; false
    outputs:
      half: {type: uri_folder}
`,
  );
  expect((await box.prl(['run', '.', '--name', 'job'])).code).toBe(1);
  const { stdout } = await box.prl(['job', 'outputs', '-o', 'json']);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      name: 'table',
      path: box.path('out/t.parquet'),
      state: 'complete',
      files: 1,
      first_rows: [
        { n: 1, t: 'x' },
        { n: 2, t: null },
      ],
    },
    { name: 'make.parts', state: 'complete', files: 2, first_rows_of: 'rows.csv.gz', first_rows: ['a,b', '1,2', '1,2', '1,2', '1,2'] },
    { name: 'make.text', files: 1, bytes: 9, first_rows: ['\u001b[2Jred'], first_rows_of: 'a.txt' },
    { name: 'make.binary', files: 1, bytes: 3, first_rows: [] },
    { name: 'fails.half', state: 'unfinished', first_rows: ['half'] },
  ]);
  const { stdout: people } = await box.prl(['job', 'outputs', 'job', '-o', 'table']);
  expect(people).toContain('table  out/t.parquet\n  uri_file, ');
  expect(people).toContain('\n    n  t\n    1  x\n    2\n');
  expect(people).toContain('\n    red\n');
  expect(people).not.toContain('\u001b');
  expect(people).toContain('not finished');
});

test('the end of a run says where its outputs and its logs are, from here where they are below here', async () => {
  const box = sandbox();
  box.write('a/job.yml', 'type: command\ncommand: echo x > ${{outputs.o}}/x\noutputs: {o: {type: uri_folder, path: ./out}}\n');
  const inside = await box.prl(['run', 'a', '--name', 'one']);
  expect(inside.stderr).toContain('output o: a/out\n');
  expect(inside.stderr).toContain(`logs:   ${box.home}/jobs/one/steps/main/logs`);
  box.write('b/x', '');
  const beside = await box.prl(['job', 'stream', 'one'], { cwd: box.path('b') });
  expect(beside.stderr).toContain(`output o: ${box.path('a/out')}\n`);
  expect((await box.prl(['job', 'outputs', 'one', '-o', 'json'])).stdout).toContain('"complete"');
});
