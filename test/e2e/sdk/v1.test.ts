import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CommandStep,
  Dataset,
  Environment,
  Experiment,
  JobError,
  OutputFileDatasetConfig,
  ParallelRunConfig,
  type ParallelRunConfigOptions,
  ParallelRunStep,
  Pipeline,
  PipelineData,
  type PipelineOptions,
  PipelineParameter,
  PipelineRun,
  type StepInput,
  StepSequence,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { loadJob, MLClient } from '../../../src/authoring/v2/index.ts';
import { dumpJob } from '../../../src/language/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

interface Box {
  readonly workspace: Workspace;
  path(...parts: string[]): string;
  read(...parts: string[]): string;
  config(changes?: Partial<ParallelRunConfigOptions>): ParallelRunConfig;
}

/** A folder with two folders of texts and scripts, and a workspace of its own. */
function box(): Box {
  const folder = temporaryFolder();
  const path = (...parts: string[]) => join(folder, ...parts);
  for (const name of ['cats', 'dogs']) {
    mkdirSync(path('in', name), { recursive: true });
    for (let n = 0; n < 4; n++) writeFileSync(path('in', name, `${name}${n}.txt`), `${n}\n`);
  }
  mkdirSync(path('src'));
  writeFileSync(
    path('src', 'names.ts'),
    `export const run = (files: readonly string[]) => files.map((file) => [process.argv.slice(2).join('|'), file.split('/').at(-1)].join(' '));\n`,
  );
  writeFileSync(
    path('src', 'rows.ts'),
    'export const run = (rows: Iterable<{ k: string; v: number }>) => [[...rows].map((row) => row.k + row.v).join(" ")];\n',
  );
  const required = {
    environment: new Environment('e'),
    sourceDirectory: path('src'),
    entryScript: 'names.ts',
    errorThreshold: 0,
    outputAction: 'append_row',
    computeTarget: 'cpu',
    nodeCount: 1,
    processCountPerNode: 2,
  };
  return {
    workspace: new Workspace({ home: path('home') }),
    path,
    read: (...parts) => readFileSync(path(...parts), 'utf8'),
    config: (changes = {}) => new ParallelRunConfig({ ...required, ...changes }),
  };
}

async function finished(workspace: Workspace, steps: PipelineOptions['steps'], parameters = {}): Promise<PipelineRun> {
  const run = await new Experiment(workspace, 'tests').submit(new Pipeline({ workspace, steps }), { pipelineParameters: parameters });
  expect(await run.waitForCompletion({ showOutput: false })).toBe('Completed');
  return run;
}

describe('a parallel step', () => {
  it('splits each of its inputs by itself, in the order given, and gets its arguments', async () => {
    const here = box();
    const dogs = (await Dataset.File.fromFiles(here.path('in', 'dogs'))).asNamedInput('dogs');
    const cats = (await Dataset.File.fromFiles(`${here.path('in', 'cats')}/cats[012].txt`)).asNamedInput('cats');
    const step = new ParallelRunStep({
      name: 'both',
      parallelRunConfig: here.config({
        miniBatchSize: new PipelineParameter({ name: 'size', defaultValue: '1' }),
        appendRowFileName: 'rows.txt',
      }),
      inputs: [dogs, cats],
      output: new PipelineData('rows', { datastore: here.workspace.getDefaultDatastore() }),
      arguments: ['--note', new PipelineParameter({ name: 'note', defaultValue: '-' }), '--resource_monitor_interval', '0'],
    });
    const run = await finished(here.workspace, [step], { size: '3', note: "two 'words'" });
    const [stepRun] = run.findStepRun('both');
    expect((await stepRun?.getDetails())?.miniBatches).toMatchObject({ total: 3, done: 3 });
    expect(await stepRun?.getOutputData('rows').download(here.path('out'))).toBe(1);
    const expected = ['dogs0', 'dogs1', 'dogs2', 'dogs3', 'cats0', 'cats1', 'cats2'].map((name) => `--note|two 'words' ${name}.txt\n`);
    expect(here.read('out', 'rows.txt')).toBe(expected.join(''));
  });

  it('shows what is allowed and may not be meant', async () => {
    const here = box();
    const step = new ParallelRunStep({
      name: 'typo',
      parallelRunConfig: here.config(),
      inputs: [(await Dataset.File.fromFiles(here.path('in', 'dogs'))).asNamedInput('dogs')],
      output: new PipelineData('rows'),
      arguments: ['--resource_monitor_interva', '0'],
    });
    const warned = once(process, 'warning');
    const run = await new Experiment(here.workspace, 'tests').submit(new Pipeline({ workspace: here.workspace, steps: [step] }));
    expect((await warned)[0]).toMatchObject({
      name: 'PipelineWarning',
      message: expect.stringMatching(/^ParallelRunStep\(typo\)\.arguments: --resource_monitor_interva is no predefined argument/),
    });
    expect(await run.waitForCompletion({ showOutput: false })).toBe('Completed');
  });

  it('cuts files by the parts of their paths, of a folder and of patterns; one file is one item', async () => {
    const here = box();
    const format = { partitionFormat: '/{kind}/{name}.txt' };
    const folder = (await Dataset.File.fromFiles(here.path('in'), format)).asNamedInput('folder');
    const pattern = (await Dataset.File.fromFiles(`${here.path('in')}/*/*[01].txt`, format)).asNamedInput('pattern');
    const one = (await Dataset.File.fromFiles(here.path('in', 'cats', 'cats0.txt'))).asNamedInput('one');
    const step = (name: string, input: typeof folder, changes: Partial<ParallelRunConfigOptions>) =>
      new ParallelRunStep({ name, parallelRunConfig: here.config(changes), inputs: [input], output: new PipelineData('rows') });
    const byKind = { partitionKeys: ['kind'] };
    const run = await finished(here.workspace, [
      step('by-folder', folder, byKind),
      step('by-pattern', pattern, byKind),
      step('one-file', one, {}),
    ]);
    const counts = await Promise.all(
      run.getSteps().map(async (each) => [each.name, (await each.getDetails()).miniBatches?.total, (await each.getDetails()).items?.done]),
    );
    expect(counts).toEqual([
      ['by-folder', 2, 8],
      ['by-pattern', 2, 4],
      ['one-file', 1, 1],
    ]);
  });

  it('reads rows: of files that were registered, by keys, and of what another step wrote', async () => {
    const here = box();
    writeFileSync(here.path('rows.csv'), 'k,v\na,1\nb,2\na,3\n');
    await (await Dataset.Tabular.fromDelimitedFiles(here.path('rows.csv'))).register(here.workspace, 'rows');
    const registered = await Dataset.getByName(here.workspace, 'rows');
    const keyed = new ParallelRunStep({
      name: 'keyed',
      parallelRunConfig: here.config({ entryScript: 'rows.ts', errorThreshold: -1, partitionKeys: ['k'] }),
      inputs: [registered.asNamedInput('rows')],
      output: new PipelineData('keyed'),
    });
    const made = new OutputFileDatasetConfig({ name: 'made' });
    const make = new CommandStep({
      name: 'make',
      command: [`bash -c 'printf "k,v\\nx,5\\n" > "$0"/it.csv'`, made],
      sourceDirectory: here.path('src'),
    });
    const reader = new ParallelRunStep({
      name: 'reader',
      parallelRunConfig: here.config({ entryScript: 'rows.ts' }),
      inputs: [made.readDelimitedFiles()],
      output: new PipelineData('read'),
    });
    const run = await finished(here.workspace, [keyed, make, reader]);
    await run.findStepRun('keyed')[0]?.getOutputData('keyed').download(here.path('keyed'));
    await run.findStepRun('reader')[0]?.getOutputData('read').download(here.path('read'));
    expect(here.read('keyed', 'parallel_run_step.txt').trim().split('\n').sort()).toEqual(['a1 a3', 'b2']);
    expect(here.read('read', 'parallel_run_step.txt')).toBe('x5\n');
  });
});

describe('a pipeline', () => {
  it('lays out a dataset of patterns for a step that does not split it, and takes finished outputs the next time', async () => {
    const here = box();
    const some = (await Dataset.File.fromFiles([`${here.path('in')}/*/*1.txt`, here.path('in', 'dogs', 'dogs2.txt')]))
      .asNamedInput('some')
      .asMount();
    const listed = new PipelineData('listed', { pipelineOutputName: 'list' });
    const steps = () => {
      const output = new PipelineData(listed.name, { pipelineOutputName: 'list' });
      return [
        new CommandStep({
          name: 'list',
          command: [`bash -c 'cd "$0" && find -L . -type f | sort > "$1"/list.txt'`, some, output],
          sourceDirectory: here.path('src'),
          outputs: [output],
        }),
      ];
    };
    const first = await finished(here.workspace, steps());
    expect(readFileSync(join(await first.getPipelineOutput('list').getPath(), 'list.txt'), 'utf8')).toBe(
      './cats/cats1.txt\n./dogs/dogs1.txt\n./dogs/dogs2.txt\n',
    );
    const second = await finished(here.workspace, steps());
    expect((await second.findStepRun('list')[0]?.getDetails())?.reusedFrom).toBe(`${first.id}.list`);
    expect(() => first.getPipelineOutput('other')).toThrow(/no output other.*It has: list/);
  });

  it('reads the rows that are there now: of what a step wrote, and of files, also when an earlier run is gone', async () => {
    const here = box();
    const rowsOf = async (value: number, own: number) => {
      writeFileSync(here.path('value.csv'), `k,v\nx,${value}\n`);
      writeFileSync(here.path('own.csv'), `k,v\ny,${own}\n`);
      const source = (await Dataset.File.fromFiles(here.path('value.csv'))).asNamedInput('source');
      const made = new OutputFileDatasetConfig({ name: 'made' });
      const make = new CommandStep({
        name: 'make',
        command: [`bash -c 'cp "$0" "$1"/it.csv'`, source, made],
        sourceDirectory: here.path('src'),
      });
      const config = here.config({ entryScript: 'rows.ts' });
      const reader = (name: string, input: StepInput) =>
        new ParallelRunStep({ name, parallelRunConfig: config, inputs: [input], output: new PipelineData('read') });
      const ours = (await Dataset.Tabular.fromDelimitedFiles(here.path('own.csv'))).asNamedInput('own');
      const run = await finished(here.workspace, [make, reader('reader', made.readDelimitedFiles()), reader('files', ours)]);
      const texts = ['reader', 'files'].map(async (name) => {
        const [step] = run.findStepRun(name);
        const folder = await step?.getOutputData('read').getPath();
        return [readFileSync(join(folder ?? '', 'parallel_run_step.txt'), 'utf8'), (await step?.getDetails())?.reusedFrom];
      });
      return { run, read: await Promise.all(texts) };
    };
    const first = await rowsOf(11, 11);
    expect(first.read).toEqual([
      ['x11\n', undefined],
      ['y11\n', undefined],
    ]);
    expect((await rowsOf(12, 12)).read).toEqual([
      ['x12\n', undefined],
      ['y12\n', undefined],
    ]);
    expect((await rowsOf(11, 11)).read).toEqual([
      ['x11\n', `${first.run.id}.reader`],
      ['y11\n', `${first.run.id}.files`],
    ]);
    for (const gone of [['jobs', first.run.id], ['datastores']]) rmSync(here.path('home', ...gone), { recursive: true });
    expect((await rowsOf(11, 13)).read).toEqual([
      ['x11\n', undefined],
      ['y13\n', undefined],
    ]);
  });

  it('copies what a command writes elsewhere, writes one file, tags what it registers, and reads an earlier run', async () => {
    const here = box();
    const store = here.workspace.getDefaultDatastore();
    const reference = store.uploadFiles({ files: [here.path('in/cats/cats0.txt'), here.path('in/dogs/dogs0.txt')], targetPath: 'up' });
    const copied = new OutputFileDatasetConfig({ name: 'copied', source: 'made here' }).registerOnComplete('copied', {
      tags: { team: 'a' },
    });
    const some = new OutputFileDatasetConfig({ name: 'some' }).asUpload({ sourceGlobs: ['**/*.txt', 'x y.csv'] });
    const one = new PipelineData({ name: 'one', isDirectory: false });
    writeFileSync(
      here.path('src', 'make.sh'),
      `mkdir -p "$1/deep"; echo 1 > "$1/deep/a.txt"; mkdir "$2/deep"; echo 2 > "$2/deep/b.txt"; echo 3 > "$2/x y.csv"; echo 4 > "$2/no.csv"; cat "$4"/*/* > "$3"`,
    );
    const make = new CommandStep({
      name: 'make',
      command: ['bash make.sh', copied, some, one, reference],
      outputs: [one],
      inputs: [reference],
    });
    const read = new CommandStep({ name: 'read', command: ['cat', one], inputs: [one] });
    const options = { defaultSourceDirectory: here.path('src') };
    const run = await new Pipeline(here.workspace, [read, make], options).submit();
    await run.waitForCompletion(false);
    const [child] = run.getChildren();
    expect([child?.name, run.experimentName]).toEqual(['make', basename(process.cwd())]);
    const outputs = child?.getOutputs() ?? {};
    const files = async (name: string) => readdirSync((await outputs[name]?.getPath()) ?? '', { recursive: true }).sort();
    expect([await files('copied'), await files('some')]).toEqual([
      ['deep', 'deep/a.txt'],
      ['deep', 'deep/b.txt', 'x y.csv'],
    ]);
    expect(readFileSync((await outputs.one?.getPath()) ?? '', 'utf8')).toBe('0\n0\n');
    const asset = await new MLClient({ home: here.path('home') }).data.get('copied', { label: 'latest' });
    expect([asset.tags, outputs.some?.pathOnDatastore?.startsWith('azureml/')]).toEqual([{ team: 'a' }, true]);
    const again = new CommandStep({
      name: 'again',
      command: ['cat', outputs.one ?? ''],
      inputs: Object.values(outputs),
      sourceDirectory: here.path('src'),
    });
    const second = await finished(here.workspace, [again]);
    const { directory = '' } = (await second.findStepRun('again')[0]?.getDetails()) ?? {};
    expect(readFileSync(join(directory, 'logs', 'user', 'std_log.txt'), 'utf8')).toBe('0\n0\n');
    expect(await outputs.some?.download({ localPath: here.path('down') })).toBe(2);
  });

  it('runs a sequence in its order', async () => {
    const here = box();
    const step = (name: string, command: string) =>
      new CommandStep({ name, command, sourceDirectory: here.path('src'), allowReuse: false });
    const log = here.path('log.txt');
    // The first would end last if it were not waited for.
    const slow = step('slow', `for n in $(seq 20000); do :; done; echo slow >> ${log}`);
    await finished(
      here.workspace,
      new StepSequence([slow, [step('a', `echo fast >> ${log}`), step('b', `echo fast >> ${log}`)], step('end', `echo end >> ${log}`)]),
    );
    expect(here.read('log.txt')).toBe('slow\nfast\nfast\nend\n');
  });

  it('throws the failure of a step, and leaves out what waits for it', async () => {
    const here = box();
    const step = (name: string, command: string) => new CommandStep({ name, command, sourceDirectory: here.path('src') });
    const pipeline = new Pipeline({
      workspace: here.workspace,
      steps: new StepSequence([step('breaks', 'echo the reason >&2; exit 4'), step('after', 'true')]),
    });
    const run = await pipeline.submit('failing');
    await expect(run.waitForCompletion({ showOutput: false })).rejects.toThrow(JobError);
    expect(await run.waitForCompletion({ showOutput: false, raiseOnError: false })).toBe('Failed');
    const later = await PipelineRun.get(here.workspace, run.id);
    expect(await Promise.all(later.getSteps().map(async (each) => [each.name, await each.getStatus()]))).toEqual([
      ['breaks', 'Failed'],
      ['after', 'NotStarted'],
    ]);
    expect((await later.findStepRun('breaks')[0]?.getDetails())?.error).toContain('the reason');
    expect((await new Experiment(here.workspace, 'failing').getRuns()).map(({ id }) => id)).toEqual([run.id]);
    await expect(later.findStepRun('after')[0]?.getOutputData('x').download(here.path('x'))).rejects.toThrow(/The output x is not there/);
  });

  it('is canceled with every process of it', async () => {
    const here = box();
    const run = await new Pipeline({
      workspace: here.workspace,
      steps: [new CommandStep({ name: 'sleeps', command: 'sleep 600', sourceDirectory: here.path('src') })],
    }).submit('canceled');
    await run.cancel();
    expect(await run.getStatus()).toBe('Canceled');
  });

  it('stores nothing when a parameter is wrong', async () => {
    const here = box();
    const size = new PipelineParameter({ name: 'size', defaultValue: 1 });
    const steps = [new CommandStep({ name: 'c', command: ['echo', size], sourceDirectory: here.path('src') })];
    const pipeline = new Pipeline({ workspace: here.workspace, steps });
    await expect(pipeline.submit('exp', { pipelineParameters: { sise: 2 } })).rejects.toThrow(/Did you mean size/);
    expect(readdirSync(here.path()).includes('home')).toBe(false);
  });
});

it('a pipeline that was written as YAML runs as it would have', async () => {
  const here = box();
  const folder = (await Dataset.File.fromFiles(here.path('in'), { partitionFormat: '/{kind}/{name}.txt' })).asNamedInput('folder');
  const store = here.workspace.getDefaultDatastore();
  const rows = new OutputFileDatasetConfig({ destination: [store, 'rows'] });
  const score = new ParallelRunStep({
    name: 'by-kind',
    parallelRunConfig: here.config({ partitionKeys: ['kind'], appendRowFileName: 'kinds.txt' }),
    inputs: [folder],
    output: rows,
  });
  const list = new CommandStep({
    name: 'List',
    command: `ls ${join(store.path, 'rows')} > ${here.path('list.txt')}`,
    sourceDirectory: here.path('src'),
  });
  const { spec } = new Pipeline({ workspace: here.workspace, steps: new StepSequence([score, list]) }).compile({});
  writeFileSync(here.path('job.yml'), dumpJob(spec, { directory: here.path() }));
  const job = await new MLClient({ home: here.path('home') }).jobs.run(loadJob(here.path('job.yml')));
  expect(job.steps['by-kind']?.miniBatches).toMatchObject({ total: 2, done: 2 });
  expect(job.steps.List?.status).toBe('Completed');
  expect(here.read('list.txt')).toBe('kinds.txt\n');
});
