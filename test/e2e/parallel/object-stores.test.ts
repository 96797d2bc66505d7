import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { duckdb, sqlText } from '../../../src/data/duckdb.ts';
import { temporaryFolder } from '../../support/folder.ts';
import {
  azureAccount,
  azureServer,
  gcsServer,
  hasAzureServer,
  hasGcsServer,
  hasS3Server,
  type ObjectServer,
  s3Server,
} from '../../support/object-servers.ts';
import { sandbox } from '../../support/prl.ts';
import { pandasPython } from '../../support/pythons.ts';

const python = `
import os
def run(mini_batch):
    if not isinstance(mini_batch, list):
        return [f"{row.key}={row.value}" for row in mini_batch.itertuples()]
    return [os.path.relpath(path, os.path.commonpath([*mini_batch, os.getcwd()])).split("/in/")[-1] + "=" + open(path).read() for path in mini_batch]
`;
const typescript = `
import { readFileSync } from 'node:fs';
export function run(miniBatch: any, context: any) {
  if (!Array.isArray(miniBatch)) return [...miniBatch].map((row) => \`\${row.key}=\${row.value}\`);
  if (context.dataset.paths.join() !== miniBatch.join()) throw new Error(context.dataset.paths.join());
  return miniBatch.map((path) => \`\${path.split('/in/').at(-1)}=\${readFileSync(path, 'utf8')}\`);
}
`;

const job = (script: string, type: string, path: string, size: string) => `
type: parallel
inputs:
  in: {type: ${type}, path: "${path}"}
  side: {type: uri_folder, path: "${path.replace(/[^/]*$/, 'side')}"}
outputs:
  rows: {type: uri_folder}
input_data: \${{inputs.in}}
mini_batch_size: ${size}
max_concurrency_per_instance: 2
retry_settings: {max_retries: 0}
mini_batch_error_threshold: 0
task: {type: run_function, code: ., entry_script: ${script}, append_row_to: "\${{outputs.rows}}", program_arguments: "--side \${{inputs.side}}"}
`;

const files = Object.fromEntries(Array.from({ length: 23 }, (_, index) => [`files/${index} é#+%41.txt`, `<${index}>`]));
const table = Array.from({ length: 3000 }, (_, index) => `k${index},"v ${index}"`);

test.for([
  { name: 'S3', there: hasS3Server, start: s3Server, at: (path: string) => `s3://data/${path}` },
  { name: 'Google Cloud Storage', there: hasGcsServer, start: gcsServer, at: (path: string) => `gs://data/${path}` },
  {
    name: 'Azure Blob Storage',
    there: hasAzureServer,
    start: azureServer,
    at: (path: string) => `wasbs://data@${azureAccount.account}.blob.core.windows.net/${path}`,
  },
])('files and tables are read where they lie: $name', async ({ there, start, at }, { skip }) => {
  skip(!there, 'its server is not installed');
  const server: ObjectServer = await start();
  for (const [key, content] of Object.entries(files)) await server.put('data', key, content);
  await server.put('data', 'table.csv', ['key,value', ...table, ''].join('\n'));
  await server.put('data', 'side/model.txt', 'm');
  const box = sandbox();
  box.write('score.py', python);
  box.write('score.ts', typescript);
  const run = async (name: string, script: string, type: string, path: string, size: string) => {
    box.write(`${name}.yml`, job(script, type, at(path), size));
    const { code, stderr } = await box.prl(['run', `${name}.yml`, '--name', name], {
      env: { ...server.env, ...(pandasPython !== undefined && { PARALLELRUN_PYTHON: pandasPython }) },
    });
    expect(stderr).not.toMatch(/AccountKey|secret/);
    expect(code, stderr).toBe(0);
    expect(existsSync(join(box.home, 'jobs', name, 'steps/main/state/fetched'))).toBe(false);
    expect(readFileSync(join(box.home, 'jobs', name, 'steps/main/inputs/side/side/model.txt'), 'utf8')).toBe('m');
    return readFileSync(join(box.home, 'datastores/workspaceblobstore/azureml', name, 'rows/parallel_run_step.txt'), 'utf8')
      .trimEnd()
      .split('\n');
  };
  const inOrder = Object.entries(files)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, content]) => `${key.slice('files/'.length)}=${content}`);
  expect(await run('files', 'score.ts', 'uri_folder', 'files', '3')).toEqual(inOrder);
  expect((await run('filespy', 'score.py', 'uri_folder', 'files', '3')).map((row) => row.split('/').at(-1))).toEqual(inOrder);
  const { stdout } = await box.prl(['job', 'plan', '--file', 'files.yml', '--output', 'json'], { env: server.env });
  expect(JSON.parse(stdout)).toMatchObject({ steps: { main: { mini_batches: 8, items: 23 } } });
  const rows = table.map((line) => line.replace(',', '=').replaceAll('"', ''));
  expect(await run('table', 'score.ts', 'uri_file', 'table.csv', '10kb')).toEqual(rows);
  // Rows of one row group go to many mini-batches, which share it; the column that is dropped stays there.
  const file = join(temporaryFolder(), 'rows.parquet');
  await (await duckdb()).run(
    `COPY (SELECT 'k' || i AS key, 'v ' || i AS value, i AS other FROM range(3000) t(i)) TO ${sqlText(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  await server.put('data', 'rows.parquet', readFileSync(file));
  await server.put('data', 'parquet/MLTable', 'paths: [{file: ../rows.parquet}]\ntransformations: [read_parquet, {drop_columns: other}]\n');
  expect(await run('parquet', 'score.ts', 'uri_file', 'rows.parquet', '100 rows')).toEqual(rows);
  if (pandasPython !== undefined) expect(await run('parquetpy', 'score.py', 'mltable', 'parquet', '700 rows')).toEqual(rows);
});

test.skipIf(!hasS3Server)('an object that changes after it was planned fails its mini-batch by name', async () => {
  const server = await s3Server();
  for (const name of ['a', 'b', 'c', 'd']) await server.put('data', `files/${name}`, name);
  await server.put('data', 'side/model.txt', 'm');
  const box = sandbox();
  // While the first is at work, the second is fetched; the last is not yet.
  box.write(
    'score.ts',
    "import { writeFileSync } from 'node:fs';\nexport function run([path]: string[]) {\n  if (path.endsWith('a')) writeFileSync(process.env.LAST ?? '', 'other');\n  return [path];\n}\n",
  );
  box.write('job.yml', job('score.ts', 'uri_folder', 's3://data/files', '1').replace('_instance: 2', '_instance: 1'));
  const last = join(server.env.HOME ?? '', 'data/files/d');
  const { code, stderr } = await box.prl(['run', 'job.yml', '--name', 'changed'], { env: { ...server.env, LAST: last } });
  expect(code).toBe(1);
  expect(stderr).toContain('s3://data/files/d: it cannot be fetched: it has changed since it was planned');
  const failed = await box.prl(['job', 'failed', '--name', 'changed', '--output', 'json']);
  expect(JSON.parse(failed.stdout)).toMatchObject([{ mini_batch: 3, item: 's3://data/files/d' }]);
});
