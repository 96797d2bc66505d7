import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  command,
  type Input,
  JobError,
  type JobEvent,
  loadJob,
  MLClient,
  ParallelJob,
  parallelRunFunction,
  pipeline,
  RequestError,
} from '../../../src/authoring/v2/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

interface Box {
  readonly client: MLClient;
  path(...parts: string[]): string;
  read(...parts: string[]): string;
}

/** A folder with texts and scripts, and a client for a home of its own. */
function box(): Box {
  const folder = temporaryFolder();
  const path = (...parts: string[]) => join(folder, ...parts);
  mkdirSync(path('in'));
  mkdirSync(path('src'));
  for (let n = 0; n < 12; n++) writeFileSync(path('in', `${String(n).padStart(2, '0')}.txt`), `text ${n}\n`);
  writeFileSync(path('src', 'names.ts'), `export const run = (files: readonly string[]) => files.map((file) => file.split('/').at(-1));\n`);
  writeFileSync(
    path('src', 'fails.ts'),
    `import { existsSync } from 'node:fs';
     export function run(files: readonly string[]) {
       if (files.some((file) => file.endsWith('07.txt')) && !existsSync(process.argv[2] ?? '')) throw new Error('seven is not ready');
       return files;
     }\n`,
  );
  return { client: new MLClient({ home: path('home') }), path, read: (...parts) => readFileSync(path(...parts), 'utf8') };
}

function names({ path }: Box, entryScript = 'names.ts', programArguments?: string) {
  return parallelRunFunction({
    name: 'names',
    inputs: { texts: { type: 'uri_folder', path: path('in') } },
    outputs: { rows: { type: 'uri_file' } },
    inputData: '${{inputs.texts}}',
    miniBatchSize: 5,
    maxConcurrencyPerInstance: 2,
    retrySettings: { maxRetries: 0 },
    miniBatchErrorThreshold: 0,
    task: { code: path('src'), entryScript, programArguments, appendRowTo: '${{outputs.rows}}' },
  });
}

const allNames = Array.from({ length: 12 }, (_, n) => `${String(n).padStart(2, '0')}.txt\n`).join('');

describe('a job from a program', () => {
  it('runs, tells its events in order, and gives its outputs', async () => {
    const here = box();
    const events: JobEvent[] = [];
    const job = await here.client.jobs.run(names(here), { onEvent: (event) => events.push(event) });
    expect(job).toMatchObject({
      status: 'Completed',
      steps: { main: { miniBatches: { total: 3, done: 3, failed: 0, retries: 0 }, items: { total: 12, done: 12 } } },
    });
    expect(events.map(({ n }) => n)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: 'job_status', status: 'Completed' });
    const written = await here.client.jobs.download({ name: job.name, outputName: 'rows', downloadPath: here.path('down') });
    expect(written).toEqual([here.path('down', 'named-outputs', 'rows')]);
    expect(here.read('down', 'named-outputs', 'rows', 'parallel_run_step.txt')).toBe(allNames);
    await expect(here.client.jobs.download({ name: job.name, outputName: 'row', downloadPath: here.path('down') })).rejects.toThrow(
      RequestError,
    );
  });

  it('fails with the error of the script, and carries on where it ended', async () => {
    const here = box();
    const failing = names(here, 'fails.ts', here.path('ready'));
    const { name } = await here.client.jobs.createOrUpdate(failing, { name: 'again' });
    const error: unknown = await here.client.jobs.wait(name).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(JobError);
    expect(error instanceof JobError && [error.message, error.job.status]).toEqual([
      expect.stringContaining('seven is not ready'),
      'Failed',
    ]);
    writeFileSync(here.path('ready'), '');
    await here.client.jobs.resume(name);
    expect(await here.client.jobs.wait(name)).toMatchObject({ name: 'again', status: 'Completed' });
    await expect(here.client.jobs.createOrUpdate(failing, { name })).rejects.toThrow(/is there already/);
  });

  it('can be canceled, listed, archived and restored', async () => {
    const here = box();
    const { jobs } = here.client;
    const sleeping = await jobs.createOrUpdate(command({ command: 'sleep 600' }), { name: 'sleeps' });
    for await (const event of jobs.stream(sleeping.name)) if (event.type === 'step_status' && event.status === 'Running') break;
    expect(await jobs.cancel('sleeps')).toMatchObject({ status: 'Canceled' });
    await expect(jobs.wait('sleeps')).rejects.toThrow(/Job sleeps was canceled/);
    await jobs.run(command({ command: 'true' }), { name: 'second' });
    expect((await jobs.list()).map(({ name }) => name)).toEqual(['second', 'sleeps']);
    await jobs.archive('sleeps');
    expect((await jobs.list()).map(({ name }) => name)).toEqual(['second']);
    await jobs.restore('sleeps');
    expect(await jobs.list()).toHaveLength(2);
    await expect(jobs.get('third')).rejects.toThrow(/no job is called "third"/i);
  });

  it('is refused before anything is stored when an input is gone', async () => {
    const here = box();
    const job = names(here)({ texts: 'azureml:nothing@latest' });
    await expect(here.client.jobs.createOrUpdate(job)).rejects.toThrow(/nothing/);
    expect(await here.client.jobs.list()).toEqual([]);
  });

  it('streams from a number on, also after the end', async () => {
    const here = box();
    const { name } = await here.client.jobs.run(command({ command: 'true' }));
    const all = await Array.fromAsync(here.client.jobs.stream(name));
    const some = await Array.fromAsync(here.client.jobs.stream(name, { from: 3 }));
    expect(some).toEqual(all.slice(2));
  });
});

describe('a pipeline from a program', () => {
  it('gives steps the outputs of others, and runs the same from its dump', async () => {
    const here = box();
    const count = command({
      name: 'count',
      inputs: { file: { type: 'uri_file' }, label: 'lines' },
      outputs: { report: {} },
      command: 'echo "${{inputs.label}} $(wc -l < ${{inputs.file}})" > ${{outputs.report}}/report.txt',
    });
    const inner = pipeline({ name: 'counted' }, (inputs: { texts: Input; label: Input }) => {
      const rows = names(here)({ texts: inputs.texts });
      return { report: count({ file: rows.outputs.rows, label: inputs.label }).outputs.report };
    });
    const outer = pipeline({ name: 'outer' }, (inputs: { texts: Input }) => ({
      report: inner({ texts: inputs.texts, label: 'rows' }).outputs.report,
    }));
    const job = outer({ texts: { path: here.path('in') } }, { outputs: { report: { path: here.path('report') } } });
    const done = await here.client.jobs.run(job);
    expect(Object.keys(done.steps)).toEqual(['counted', 'counted.names', 'counted.count']);
    expect(here.read('report', 'report.txt')).toBe('rows 12\n');
    job.dump(here.path('job.yml'));
    const again = await here.client.jobs.run(loadJob(here.path('job.yml')), { forceRerun: true });
    expect(again.status).toBe('Completed');
  });
});

describe('assets', () => {
  it('are registered once for each version, and named by jobs', async () => {
    const here = box();
    const { data, models, environments, components, jobs } = here.client;
    expect(await data.createOrUpdate({ name: 'texts', path: here.path('in') })).toMatchObject({
      version: '1',
      type: 'uri_folder',
      path: here.path('in'),
    });
    expect(await data.createOrUpdate({ name: 'texts', path: here.path('src'), description: 'd' })).toMatchObject({ version: '2' });
    await expect(data.createOrUpdate({ name: 'texts', version: 1, path: here.path('src') })).rejects.toThrow(/with another content/);
    await expect(data.createOrUpdate({ name: 'x', path: here.path('no') })).rejects.toThrow(/There is nothing at/);
    expect((await data.list({ name: 'texts' })).map(({ version }) => version)).toEqual(['2', '1']);
    expect(await models.createOrUpdate({ name: 'm', path: here.path('src', 'names.ts') })).toMatchObject({ type: 'custom_model' });
    writeFileSync(here.path('conda.yml'), 'dependencies: [python]\n');
    expect(await environments.createOrUpdate({ name: 'e', image: 'i', condaFile: here.path('conda.yml') })).toMatchObject({
      environment: { image: 'i', conda: { dependencies: ['python'] } },
    });
    await components.createOrUpdate(names(here), { version: 'a' });
    const registered = await components.get('names', { version: 'a' });
    await components.createOrUpdate(registered, { version: 'a' });
    writeFileSync(here.path('src', 'names.ts'), 'edited');
    await expect(components.createOrUpdate(names(here), { version: 'a' })).rejects.toThrow(/with another content/);
    const { name } = await jobs.run(registered({ texts: 'azureml:texts:1' }), { name: 'from-assets' });
    await jobs.download({ name, outputName: 'rows', downloadPath: here.path('down') });
    expect(here.read('down', 'named-outputs', 'rows', 'parallel_run_step.txt')).toBe(allNames);
    await expect(components.get('names', { version: 'b' })).rejects.toThrow(/names, version b is not registered/);
    await expect(environments.get('none')).rejects.toThrow(/not registered/);
  });
});

it('a job without a folder for its client says that there is no server', () => {
  expect(() => new MLClient({ server: 'https://example.org', token: 't' } as object)).toThrow(/no client for a server/);
});

it('a ParallelJob that stands alone scores a table row by row', async () => {
  const here = box();
  writeFileSync(here.path('rows.csv'), 'name,value\na,1\nb,2\nc,3\n');
  writeFileSync(
    here.path('src', 'double.ts'),
    'export const run = (rows: Iterable<{ name: string; value: number }>) => [...rows].map((row) => ({ name: row.name, twice: row.value * 2 }));\n',
  );
  const job = new ParallelJob({
    inputs: { table: { type: 'uri_file', path: here.path('rows.csv') } },
    outputs: { rows: { type: 'uri_file', path: here.path('out.csv') } },
    inputData: '${{inputs.table}}',
    maxConcurrencyPerInstance: 1,
    task: { code: here.path('src'), entryScript: 'double.ts', appendRowTo: '${{outputs.rows}}' },
  });
  await here.client.jobs.run(job);
  expect(here.read('out.csv')).toBe('name,twice\na,2\nb,4\nc,6\n');
});
