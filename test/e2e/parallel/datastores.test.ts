import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { azureAccount, azureServer, hasAzureServer, hasS3Server, s3Keys, s3Server, signatureOf } from '../../support/object-servers.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const script = `
import { readFileSync } from 'node:fs';
export function run(miniBatch: string[]) {
  return miniBatch.map((path) => readFileSync(path, 'utf8'));
}
`;

const python = `
import os
def run(mini_batch):
    if "FAIL" in os.environ and mini_batch[0].endswith("2.txt"):
        raise ValueError("told to")
    return [open(path).read() for path in mini_batch]
`;

const job = (path: string, side = path) => `
type: parallel
inputs:
  in: {type: uri_folder, path: "${path}"}
  side: {type: uri_folder, path: "${side}"}
outputs:
  rows: {type: uri_file, path: ./rows.txt}
input_data: \${{inputs.in}}
mini_batch_size: "2"
max_concurrency_per_instance: 1
retry_settings: {max_retries: 0}
task: {type: run_function, code: ./src, entry_script: score.ts, append_row_to: "\${{outputs.rows}}", program_arguments: "--side \${{inputs.side}}"}
`;

const contents = Array.from({ length: 5 }, (_, index) => `row ${index}`);

/** Files of the home that hold a text, relative to it. */
function holding(box: Sandbox, text: string): readonly string[] {
  return readdirSync(box.home, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    return entry.isFile() && readFileSync(path).includes(text) ? [relative(box.home, path)] : [];
  });
}

const rows = (box: Sandbox) => readFileSync(box.path('rows.txt'), 'utf8').trimEnd().split('\n');

test.skipIf(!hasAzureServer)('a datastore of Azure Blob Storage: created, checked, read by name, forgotten', async () => {
  const server = await azureServer();
  for (const [index, row] of contents.entries()) await server.put('data', `in/${index}.txt`, row);
  const box = sandbox();
  box.write('src/score.ts', script);
  const { account, key } = azureAccount;
  const yaml = `name: blobs\ntype: azure_blob\naccount_name: ${account}\ncontainer_name: data\nendpoint: ${server.url}\ncredentials: {account_key: "\${env:THE_KEY}"}\n`;
  box.write('blobs.yml', yaml);
  expect((await box.prl(['datastore', 'create', '--file', 'blobs.yml'])).stderr).toContain(
    'blobs.yml:6:28: credentials.account_key: The environment variable THE_KEY is not set',
  );
  const created = await box.prl(['datastore', 'create', '--file', 'blobs.yml'], { env: { THE_KEY: key } });
  expect(JSON.parse(created.stdout)).toMatchObject({
    name: 'blobs',
    type: 'azure_blob',
    account_name: account,
    container_name: 'data',
    access: 'account_key',
  });
  const checked = await box.prl(['datastore', 'check', 'blobs', '--output', 'json']);
  expect(JSON.parse(checked.stdout)).toMatchObject({
    name: 'blobs',
    who: `whoever has the key of the account ${account}`,
    first: 'in/0.txt',
  });

  expect(
    (
      await box.prl([
        'data',
        'create',
        '--name',
        'in',
        '--path',
        'azureml://subscriptions/1/resourcegroups/2/workspaces/3/datastores/blobs/paths/in',
      ])
    ).code,
  ).toBe(0);
  box.write('job.yml', job('azureml:in:1', 'azureml://datastores/blobs/paths/in/'));
  const ran = await box.prl(['run', 'job.yml', '--name', 'one']);
  expect(ran.code, ran.stderr).toBe(0);
  expect(rows(box)).toEqual(contents);
  expect(holding(box, key)).toEqual(['credentials/datastores/blobs.json']);

  box.write('blobs.yml', yaml.replace('credentials: {account_key: "${env:THE_KEY}"}', 'credentials: {account_key: "bm90IHRoZSBrZXk="}'));
  await box.prl(['datastore', 'update', '--file', 'blobs.yml']);
  const refused = await box.prl(['datastore', 'check', 'blobs']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /The datastore blobs: .*data\/ cannot be listed: the key is not that of the account acct.*credentials of the datastore blobs/,
  );
  expect(holding(box, key)).toEqual([]);
  expect((await box.prl(['datastore', 'delete', 'blobs', '--yes'])).code).toBe(0);
  expect(holding(box, 'bm90IHRoZSBrZXk=')).toEqual([]);
  expect((await box.prl(['datastore', 'check', 'blobs'])).stderr).toContain('datastore blobs@latest is not registered');
});

test.skipIf(!hasAzureServer)('a signature in an address gives access also to a resume and a debug, and stands nowhere else', async () => {
  const server = await azureServer();
  for (const [index, row] of contents.entries()) await server.put('data', `in/${index}.txt`, row);
  const box = sandbox();
  box.write('src/score.py', python);
  const signature = signatureOf('data');
  const secret = new URLSearchParams(signature).get('sig') ?? '';
  const env = { AZURE_STORAGE_CONNECTION_STRING: `AccountName=${azureAccount.account};BlobEndpoint=${server.url}` };
  box.write(
    'job.yml',
    job(`https://${azureAccount.account}.blob.core.windows.net/data/in?${signature}`)
      .replace('task:', 'mini_batch_error_threshold: 0\ntask:')
      .replace('score.ts', 'score.py'),
  );
  const stopped = await box.prl(['run', 'job.yml', '--name', 'one'], { env: { ...env, FAIL: '1' } });
  expect(stopped.code, stopped.stderr).toBe(1);
  const told = [stopped];
  told.push(await box.prl(['job', 'debug', '--name', 'one', '--mini-batch', '1'], { env, stdin: 'continue\n' }));
  told.push(await box.prl(['job', 'resume', '--name', 'one', '--stream'], { env }));
  expect(rows(box)).toEqual(contents);
  told.push(await box.prl(['job', 'show', '--name', 'one', '--output', 'json']));
  told.push(await box.prl(['job', 'plan', '--file', 'job.yml'], { env }));
  expect(
    told.map(({ code }) => code),
    told.map(({ stderr }) => stderr).join('\n'),
  ).toEqual([1, 0, 0, 0, 0]);
  for (const part of [signature, secret, encodeURIComponent(secret)]) {
    expect(holding(box, part).filter((file) => file !== 'jobs/one/credentials.json')).toEqual([]);
    for (const { stdout, stderr } of told) expect(stdout + stderr).not.toContain(part);
  }
  expect((await box.prl(['job', 'delete', '--name', 'one', '--yes'])).code).toBe(0);
  expect(holding(box, encodeURIComponent(secret))).toEqual([]);
});

test.skipIf(!hasS3Server)('a datastore of S3 with keys of its own', async () => {
  const server = await s3Server();
  for (const [index, row] of contents.entries()) await server.put('data', `in/${index}.txt`, row);
  const box = sandbox();
  box.write('src/score.ts', script);
  const { accessKeyId, secretAccessKey } = s3Keys;
  box.write(
    'lake.yml',
    `name: lake\ntype: s3\nbucket: data\nendpoint: ${server.url}\ncredentials: {access_key_id: ${accessKeyId}, secret_access_key: ${secretAccessKey}}\n`,
  );
  await box.prl(['datastore', 'create', '--file', 'lake.yml']);
  box.write('job.yml', job('azureml://datastores/lake/paths/in'));
  // Somebody else's, which must not be used.
  const ran = await box.prl(['run', 'job.yml', '--name', 'one'], { env: { AWS_ACCESS_KEY_ID: 'other', AWS_SECRET_ACCESS_KEY: 'other' } });
  expect(ran.code, ran.stderr).toBe(0);
  expect(rows(box)).toEqual(contents);
  expect(holding(box, secretAccessKey)).toEqual(['credentials/datastores/lake.json']);

  for (const name of ['a', 'b', 'skipped'])
    await server.put('data', `tables/${name}.${name === 'skipped' ? 'txt' : 'csv'}`, `x\n${name}\n`);
  const paths = [
    'file: azureml://datastores/lake/paths/tables/b.csv',
    'pattern: azureml://datastores/lake/paths/tables/*.csv',
    'file: ./own.csv',
  ];
  box.write(
    'table/MLTable',
    `paths:\n${paths.map((path) => `  - ${path}\n`).join('')}transformations:\n  - read_delimited: {delimiter: ","}\n`,
  );
  box.write('table/own.csv', 'x\nown\n');
  box.write('src/rows.ts', 'export const run = (rows: Iterable<{ x: string }>) => [...rows].map(({ x }) => x);\n');
  box.write(
    'table.yml',
    job('./table')
      .replace('in: {type: uri_folder', 'in: {type: mltable')
      .replace('score.ts', 'rows.ts')
      .replace('mini_batch_size: "2"', 'mini_batch_size: 1mb'),
  );
  const read = await box.prl(['run', 'table.yml']);
  expect(read.code, read.stderr).toBe(0);
  expect(rows(box)).toEqual(['b', 'a', 'b', 'own']);
});

test.skipIf(!hasS3Server)('a step over a store is reused while its listing is the same, and why it is not names the key', async () => {
  const server = await s3Server();
  for (const [index, row] of contents.entries()) await server.put('data', `in/${index}.txt`, row);
  const box = sandbox();
  box.write('src/score.ts', script);
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  score:
    type: parallel
    inputs: {in: {type: uri_folder, path: "s3://data/in"}}
    outputs: {rows: {type: uri_file}}
    input_data: \${{inputs.in}}
    mini_batch_size: "2"
    max_concurrency_per_instance: 1
    task: {type: run_function, code: ./src, entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
`,
  );
  const reusedFrom = async (name: string) => {
    const ran = await box.prl(['run', 'pipeline.yml', '--name', name, '--output', 'json'], { env: server.env });
    expect(ran.code, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout).steps.score.reused_from;
  };
  expect(await reusedFrom('one')).toBeUndefined();
  expect(await reusedFrom('two')).toBe('one.score');
  await server.put('data', 'in/3.txt', 'row X');
  await server.put('data', 'in/5.txt', 'row 5');
  expect(await reusedFrom('three')).toBeUndefined();
  const { stdout } = await box.prl(['job', 'why', 'three', 'score', '--output', 'json'], { env: server.env });
  expect(stdout).toMatch(/"3\.txt: ETag \w+ → ETag \w+"/);
  expect(stdout).toContain('5.txt is new');
  expect(await reusedFrom('four')).toBe('three.score');
});

test.skipIf(!hasS3Server)(
  'a table in a store is reused while all around it is the same, unless it names something else there',
  async () => {
    const server = await s3Server();
    for (const table of ['inside', 'outside']) await server.put('data', `${table}/a.csv`, 'x\n1\n2\n');
    await server.put('data', 'elsewhere.csv', 'x\n3\n');
    const mltable = (file: string) => `paths: [{file: ./a.csv}, {file: ${file}}]\ntransformations: [read_delimited: {delimiter: ","}]\n`;
    await server.put('data', 'inside/MLTable', mltable('./a.csv'));
    await server.put('data', 'outside/MLTable', mltable('../elsewhere.csv'));
    const box = sandbox();
    box.write('src/score.ts', 'export function run(rows: Iterable<{ x: number }>) { return [...rows].map(({ x }) => x); }\n');
    const step = (table: string) => `
  ${table}:
    type: parallel
    inputs: {in: {type: mltable, path: "s3://data/${table}"}}
    outputs: {rows: {type: uri_file}}
    input_data: \${{inputs.in}}
    max_concurrency_per_instance: 1
    task: {type: run_function, code: ./src, entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
`;
    box.write('pipeline.yml', `type: pipeline\njobs:${step('inside')}${step('outside')}`);
    const reusedFrom = async (name: string) => {
      const ran = await box.prl(['run', 'pipeline.yml', '--name', name, '--output', 'json'], { env: server.env });
      expect(ran.code, ran.stderr).toBe(0);
      const { inside, outside } = JSON.parse(ran.stdout).steps;
      return [inside.reused_from, outside.reused_from];
    };
    expect(await reusedFrom('one')).toEqual([undefined, undefined]);
    expect(await reusedFrom('two')).toEqual(['one.inside', undefined]);
    await server.put('data', 'inside/a.csv', 'x\n1\n3\n');
    expect(await reusedFrom('three')).toEqual([undefined, undefined]);
  },
);

test.skipIf(!hasS3Server)(
  'a side input is fetched once for all jobs; modes say whether it is shared, an own copy, or an address',
  async () => {
    const server = await s3Server();
    await server.put('data', 'side/m é.txt', 'model');
    const box = sandbox();
    box.write(
      'job.yml',
      `type: command
command: cat \${{inputs.side}}/*; echo; echo \${{inputs.address}}; cat \${{inputs.own}}/*; echo more >> "$(ls \${{inputs.own}}/*)"
inputs:
  side: {type: uri_folder, path: "s3://data/side"}
  own: {type: uri_folder, path: "s3://data/side", mode: download}
  address: {type: uri_folder, path: "s3://data/side", mode: direct}
`,
    );
    const run = async (name: string, env: Readonly<Record<string, string>> = {}) => {
      const ran = await box.prl(['run', 'job.yml', '--name', name], { env: { ...server.env, ...env } });
      expect(ran.code, ran.stderr).toBe(0);
      const folder = join(box.home, 'jobs', name, 'steps/main');
      expect(readFileSync(join(folder, 'logs/user/std_log.txt'), 'utf8')).toBe('model\ns3://data/side\nmodel');
      const inode = (input: string) => statSync(join(folder, 'inputs', input, 'side/m é.txt')).ino;
      return { side: inode('side'), own: inode('own') };
    };
    const one = await run('one');
    const two = await run('two');
    expect(two.side).toBe(one.side);
    expect(two.own).not.toBe(one.own);
    const { stdout } = await box.prl(['usage', '--output', 'json']);
    expect(JSON.parse(stdout).cache_bytes).toBeGreaterThan(0);
    await server.put('data', 'side/m é.txt', 'model');
    expect((await box.prl(['clean', '--cache', '--yes'])).code).toBe(0);
    expect(existsSync(join(box.home, 'cache/fetched'))).toBe(false);
    await run('three', { PARALLELRUN_CACHE_SIZE: '0' });
    expect(existsSync(join(box.home, 'cache/fetched'))).toBe(false);
  },
);
