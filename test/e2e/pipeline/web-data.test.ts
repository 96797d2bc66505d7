import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { showJob } from '../../support/parallel-job.ts';
import { printed } from '../../support/pipeline.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { webServer } from '../../support/web-server.ts';

const rows = Array.from({ length: 50_000 }, (_, index) => `${index},name ${index}\n`);
const table = `a,b\n${rows.join('')}`;

/** A parallel step over the table at an address. */
function tableJob(box: Sandbox, address: string): void {
  box.write('code/score.mjs', 'export function run(table) {\n  return table.column("a");\n}\n');
  box.write(
    'job.yml',
    [
      'type: parallel',
      `inputs: { data: { type: uri_file, path: "${address}" } }`,
      'outputs: { rows: { type: uri_file, path: ./rows.txt } }',
      'input_data: ${{inputs.data}}',
      'mini_batch_size: 100kb',
      'max_concurrency_per_instance: 2',
      'task: { type: run_function, code: ./code, entry_script: score.mjs, append_row_to: "${{outputs.rows}}" }',
      '',
    ].join('\n'),
  );
}

test('a table of a web server is fetched once and read as if it lay here', async () => {
  const box = sandbox();
  const server = await webServer({ 'data/my table.csv': table });
  tableJob(box, `${server.url}data/my%20table.csv?sig=secret`);
  const { code, stdout, stderr } = await box.prl(['run', 'job.yml', '--name', 'table']);
  expect(stderr + stdout).not.toContain('secret');
  expect(code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rows.map((_, index) => `${index}\n`).join(''));
  expect(server.requests.filter(({ headers }) => headers.range === undefined)).toHaveLength(1);
});

test('a command gets its path, under the name that it has there', async () => {
  const box = sandbox();
  const server = await webServer({ 'a/b.txt': 'from the web' });
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  show:
    type: command
    command: basename \${{inputs.file}}; cat \${{inputs.file}}
    inputs: { file: { type: uri_file, path: "${server.url}a/b.txt" } }
`,
  );
  expect((await box.prl(['run', 'pipeline.yml', '--name', 'shown'])).code).toBe(0);
  expect(printed(box, 'shown', 'show')).toBe('b.txt\nfrom the web');
});

test('what cannot be fetched is said without what gives access', async () => {
  const box = sandbox();
  const server = await webServer({}, { answer: (_, response) => response.writeHead(403).end() !== undefined });
  tableJob(box, `${server.url.replace('//', '//me:password@')}table.csv?sig=secret`);
  const { code, stderr } = await box.prl(['run', 'job.yml', '--name', 'refused']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    `The input data could not be fetched from ${server.url}table.csv: the server refuses access (403 Forbidden); a signed address may have expired. Download it yourself`,
  );
  expect(stderr).not.toMatch(/secret|password/);
});

test('a transfer that broke off is gone on with when the job is resumed', async () => {
  const box = sandbox();
  const server = await webServer({ 'table.csv': table }, { cutAfter: 300_000 });
  tableJob(box, `${server.url}table.csv`);
  const broken = await box.prl(['run', 'job.yml', '--name', 'broken']);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain('The input data could not be fetched');
  server.behaviour = {};
  const resumed = await box.prl(['job', 'resume', '--name', 'broken', '--stream']);
  expect(resumed.code).toBe(0);
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rows.map((_, index) => `${index}\n`).join(''));
  // What had reached the disk is not asked for again.
  const [from = 0] = server.requests.flatMap(({ headers }) => /^bytes=([1-9]\d*)-$/.exec(headers.range ?? '')?.[1] ?? []).map(Number);
  expect(from).toBeGreaterThan(0);
  expect(from).toBeLessThanOrEqual(300_000);
  expect(server.requests.filter(({ headers, method }) => method === 'GET' && headers.range === undefined).length).toBeLessThanOrEqual(2);
});

test('a job that is canceled while it fetches is canceled, not failed', async () => {
  const box = sandbox();
  const asked = Promise.withResolvers<void>();
  const server = await webServer({}, { answer: () => asked.resolve() === undefined });
  tableJob(box, `${server.url}table.csv`);
  const run = box.start(['run', 'job.yml', '--name', 'waits']);
  await asked.promise;
  expect((await box.prl(['job', 'cancel', '--name', 'waits'])).code).toBe(0);
  await run.result;
  const { job, main } = await showJob(box, 'waits');
  expect([job.status, main.status]).toEqual(['Canceled', 'Canceled']);
});
