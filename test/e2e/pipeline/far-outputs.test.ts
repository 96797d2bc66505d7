import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openObjectStore, openObjectWriter } from '../../../src/data/stores/object/open.ts';
import { faultyProxy } from '../../support/faulty-proxy.ts';
import {
  azureAccount,
  azureServer,
  gcsServer,
  hasAzureServer,
  hasGcsServer,
  hasVersityServer,
  versityServer,
} from '../../support/object-servers.ts';
import { sandbox } from '../../support/prl.ts';

const score = `
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
export function run(paths: string[]) {
  return paths.flatMap((path) => Array.from({ length: 3 }, (_, row) => ({ path: path.split('/').at(-1), row, text: readFileSync(path, 'utf8') })));
}
`;

const pipeline = (at: string) => `
type: pipeline
jobs:
  make:
    type: command
    command: "echo x >> $COUNT; mkdir -p \${{outputs.files}}/in; for i in 1 2 3 4 5; do echo \\"<$i>\\" > \${{outputs.files}}/in/$i.txt; done; echo one > \${{outputs.one}}"
    outputs:
      files: {type: uri_folder, mode: upload, path: "${at}/first/files"}
      one: {type: uri_file, mode: rw_mount, path: "${at}/first/one.txt"}
  score:
    type: parallel
    inputs: {files: {type: uri_folder, path: "\${{parent.jobs.make.outputs.files}}"}}
    outputs: {rows: {type: uri_file, path: "${at}/first/rows.csv"}}
    input_data: \${{inputs.files}}
    mini_batch_size: 2
    max_concurrency_per_instance: 2
    task: {type: run_function, code: ./code, entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
  table:
    type: parallel
    inputs: {files: {type: uri_folder, path: "\${{parent.jobs.make.outputs.files}}"}}
    outputs: {rows: {type: uri_folder, path: "${at}/first/table/rows.parquet"}}
    input_data: \${{inputs.files}}
    mini_batch_size: 2
    max_concurrency_per_instance: 1
    task: {type: run_function, code: ./code, entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
`;

const rows = [1, 2, 3, 4, 5].flatMap((i) => [0, 1, 2].map((row) => `${i}.txt,${row},"<${i}>\n"\n`)).join('');

test.for([
  { name: 'S3', there: hasVersityServer, start: versityServer, at: 's3://data', place: { kind: 's3', bucket: 'data' } as const },
  { name: 'Google Cloud Storage', there: hasGcsServer, start: gcsServer, at: 'gs://data', place: { kind: 'gcs', bucket: 'data' } as const },
  {
    name: 'Azure Blob Storage',
    there: hasAzureServer,
    start: azureServer,
    at: `wasbs://data@${azureAccount.account}.blob.core.windows.net`,
    place: { kind: 'azure_blob', account: azureAccount.account, container: 'data' } as const,
  },
])(
  'outputs of commands and of parallel steps go there, are told, fetched and kept: $name',
  async ({ there, start, at, place }, { skip }) => {
    skip(!there, 'its server is not installed');
    const server = await start();
    await server.put('data', 'something', '');
    const box = sandbox();
    const env = { ...server.env, COUNT: box.path('count') };
    box.write('code/score.ts', score);
    box.write('job.yml', pipeline(at));
    const ran = await box.prl(['run', 'job.yml', '--name', 'first'], { env });
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).not.toMatch(/AccountKey|secret/);
    const store = await openObjectStore(place, { env: server.env });
    const text = async (key: string) => Buffer.concat(await Array.fromAsync(store.stream(key))).toString();
    const names = (await Array.fromAsync(store.list('first'))).flat().map(({ path }) => path);
    expect(names).toEqual([...[1, 2, 3, 4, 5].map((i) => `files/in/${i}.txt`), 'one.txt', 'rows.csv', 'table/rows.parquet']);
    expect(await text('first/files/in/3.txt')).toBe('<3>\n');
    expect(await text('first/one.txt')).toBe('one\n');
    expect(await text('first/rows.csv')).toBe(`path,row,text\n${rows}`);
    expect((await text('first/table/rows.parquet')).slice(0, 4)).toBe('PAR1');
    // Nothing of them is left here.
    for (const step of ['make', 'score', 'table']) expect(existsSync(join(box.home, 'jobs/first/steps', step, 'outputs'))).toBe(false);

    const shown = JSON.parse((await box.prl(['job', 'outputs', '--name', 'first', '--output', 'json'], { env })).stdout);
    expect(shown).toMatchObject([
      { name: 'make.files', path: `${at}/first/files`, state: 'complete', files: 5, bytes: 20 },
      { name: 'make.one', path: `${at}/first/one.txt`, state: 'complete', files: 1, bytes: 4 },
      { name: 'score.rows', path: `${at}/first/rows.csv`, state: 'complete', files: 1 },
      { name: 'table.rows', path: `${at}/first/table/rows.parquet`, state: 'complete', files: 1 },
    ]);
    for (const output of ['make.files', 'score.rows']) {
      const { code, stderr } = await box.prl(['job', 'download', '--name', 'first', '--output-name', output], { env });
      expect(code, stderr).toBe(0);
    }
    expect(readFileSync(box.path('named-outputs/make.files/in/3.txt'), 'utf8')).toBe('<3>\n');
    expect(readFileSync(box.path('named-outputs/score.rows/rows.csv'), 'utf8')).toBe(`path,row,text\n${rows}`);

    const deleted = await box.prl(['job', 'delete', '--name', 'first', '--yes'], { env });
    expect(deleted.stderr).toContain(`its output stays: ${at}/first/files, ${at}/first/one.txt, ${at}/first/rows.csv`);
    expect(await text('first/one.txt')).toBe('one\n');
  },
);

/** About 28 MB: four parts. */
const many = `
import { readFileSync } from 'node:fs';
const filler = 'x'.repeat(990);
export function run(paths: string[]) {
  return paths.flatMap((path) => Array.from({ length: 1400 }, (_, row) => \`\${readFileSync(path, 'utf8')} \${row} \${filler}\`));
}
`;

const big = (path: string) => `
type: parallel
inputs: {in: {type: uri_folder, path: ./in}}
outputs: {rows: {type: uri_file${path}}}
input_data: \${{inputs.in}}
mini_batch_size: 1
max_concurrency_per_instance: 2
task: {type: run_function, code: ./code, entry_script: many.ts, append_row_to: "\${{outputs.rows}}"}
`;

test.skipIf(!hasVersityServer)('a coordinator that is killed while rows go up: the next one goes on, to the same bytes', async () => {
  const server = await versityServer();
  await server.put('data', 'something', '');
  const proxy = await faultyProxy(server.url);
  const box = sandbox();
  box.write('code/many.ts', many);
  for (let i = 0; i < 20; i += 1) box.write(`in/${String(i).padStart(2, '0')}`, String(i));
  box.write('here.yml', big(''));
  box.write('far.yml', big(', path: "s3://data/out/rows.txt"'));
  const env = { ...server.env, AWS_ENDPOINT_URL_S3: proxy.url };
  expect((await box.prl(['run', 'here.yml', '--name', 'here'])).code).toBe(0);
  const expected = readFileSync(join(box.home, 'datastores/workspaceblobstore/azureml/here/rows/parallel_run_step.txt'));

  // The third part never arrives.
  const waits = Promise.withResolvers<void>();
  proxy.rule = ({ url = '' }) => {
    if (!url.includes('partNumber=3')) return undefined;
    waits.resolve();
    return 'silence';
  };
  const notes = join(box.home, 'jobs/far/steps/main/uploads/rows');
  const running = box.start(['run', 'far.yml', '--name', 'far'], { env });
  await waits.promise;
  while (readdirSync(notes).every((name) => !name.endsWith('.parts') || readFileSync(join(notes, name), 'utf8').split('\n').length < 3))
    await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill('SIGKILL');
  await running.result;
  const sent = new Set(
    readFileSync(join(notes, readdirSync(notes).find((name) => name.endsWith('.parts')) ?? ''), 'utf8')
      .trim()
      .split('\n')
      .map((line): number => JSON.parse(line).number),
  );
  proxy.rule = () => undefined;
  proxy.requests.length = 0;
  const resumed = await box.prl(['job', 'resume', '--name', 'far', '--stream'], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  const parts = proxy.requests.flatMap(({ url = '' }) => /partNumber=(\d+)/.exec(url)?.[1] ?? []).map(Number);
  expect(parts.filter((number) => sent.has(number))).toEqual([]);
  const store = await openObjectStore({ kind: 's3', bucket: 'data' }, { env: server.env });
  const found = Buffer.concat(await Array.fromAsync(store.stream('out/rows.txt')));
  expect(found.equals(expected)).toBe(true);
  expect(readdirSync(notes)).toEqual(['uploaded.jsonl']);
  // Of uploads in parts, the server has none left.
  expect(readdirSync(join(server.env.HOME ?? '', 'data/.sgwtmp/multipart'))).toEqual([]);
});

test.skipIf(!hasVersityServer)(
  'rows that cannot go up: a cancelled job leaves nothing in the store, a refused one goes on where it was',
  async () => {
    const server = await versityServer();
    await server.put('data', 'something', '');
    const proxy = await faultyProxy(server.url);
    const box = sandbox();
    box.write('code/many.ts', many);
    for (let i = 0; i < 10; i += 1) box.write(`in/${i}`, String(i));
    box.write('job.yml', big(', path: "s3://data/out/rows.txt"'));
    const env = { ...server.env, AWS_ENDPOINT_URL_S3: proxy.url };
    const waits = Promise.withResolvers<void>();
    proxy.rule = ({ url = '' }) => {
      if (!url.includes('partNumber=2')) return undefined;
      waits.resolve();
      return 'silence';
    };
    const running = box.start(['run', 'job.yml', '--name', 'job'], { env });
    await waits.promise;
    running.child.kill('SIGINT');
    await running.printed('Interrupted');
    running.child.kill('SIGINT');
    expect((await running.result).code).toBe(130);
    const kept = join(server.env.HOME ?? '', 'data/.sgwtmp/multipart');
    expect(readdirSync(kept)).toEqual([]);

    proxy.rule = ({ url = '' }) =>
      url.includes('partNumber=2') ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } : undefined;
    const failed = await box.prl(['job', 'resume', '--name', 'job', '--stream'], { env });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(
      /The output rows could not be written to s3:\/\/data\/out\/rows.txt: the credentials do not allow to write the object .*403 AccessDenied/,
    );
    expect(readdirSync(kept)).toHaveLength(1);
    proxy.rule = () => undefined;
    proxy.requests.length = 0;
    const resumed = await box.prl(['job', 'resume', '--name', 'job', '--stream'], { env });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(proxy.requests.flatMap(({ url = '' }) => /partNumber=(\d+)/.exec(url)?.[1] ?? [])).toEqual(['2']);
    expect(readdirSync(kept)).toEqual([]);
  },
);

test.skipIf(!hasVersityServer)('an upload that is refused fails the step by name; resumed, only it is done again', async () => {
  const server = await versityServer();
  await server.put('data', 'something', '');
  const proxy = await faultyProxy(server.url);
  const box = sandbox();
  const env = { ...server.env, AWS_ENDPOINT_URL_S3: proxy.url, COUNT: box.path('count') };
  box.write(
    'job.yml',
    'type: command\ncommand: echo x >> $COUNT; echo 1 > ${{outputs.out}}/a; echo 2 > ${{outputs.out}}/b\noutputs: {out: {type: uri_folder, path: "s3://data/out"}}\n',
  );
  proxy.rule = ({ url = '', method }) =>
    method === 'PUT' && url.startsWith('/data/out/b') ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } : undefined;
  const failed = await box.prl(['run', 'job.yml', '--name', 'job'], { env });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(
    /The output out could not be written to s3:\/\/data\/out\/b: the credentials do not allow to write the object \(s3:PutObject\) \(403 AccessDenied\)/,
  );
  proxy.rule = () => undefined;
  proxy.requests.length = 0;
  const resumed = await box.prl(['job', 'resume', '--name', 'job', '--stream'], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(readFileSync(box.path('count'), 'utf8')).toBe('x\n');
  expect(proxy.requests.flatMap(({ method, url }) => (method === 'PUT' ? [url] : []))).toEqual(['/data/out/b']);

  // Who may not write at all hears that before anything runs.
  proxy.rule = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
  const refused = await box.prl(['run', 'job.yml', '--name', 'refused'], { env });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('The output out can not be written to s3://data/out');
  expect(readFileSync(box.path('count'), 'utf8')).toBe('x\n');
});

test.skipIf(!hasVersityServer)(
  'a step is reused as long as its output in the store is what it was; one may also write there itself',
  async () => {
    const server = await versityServer();
    await server.put('data', 'something', '');
    const box = sandbox();
    box.write(
      'job.yml',
      `
type: pipeline
jobs:
  make:
    type: command
    command: "for i in 1 2 3; do echo $i > \${{outputs.files}}/$i; done"
    outputs: {files: {type: uri_folder, path: "s3://data/files"}}
  own:
    type: command
    command: "echo \${{outputs.there}}"
    outputs: {there: {type: uri_folder, mode: direct, path: "s3://data/own/"}}
`,
    );
    const run = async (name: string) => {
      const { code, stderr } = await box.prl(['run', 'job.yml', '--name', name], { env: server.env });
      expect(code, stderr).toBe(0);
      return stderr;
    };
    await run('one');
    expect(readFileSync(join(box.home, 'jobs/one/steps/own/logs/user/std_log.txt'), 'utf8')).toBe('s3://data/own\n');
    expect(await run('two')).toContain('reused from one.make');
    await (await openObjectWriter({ kind: 's3', bucket: 'data' }, { env: server.env })).remove('files/2');
    expect(await run('three')).toMatch(/make .*not reused: output files of job \w+ was changed or taken away/);
  },
);
