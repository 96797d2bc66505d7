/** Pipelines of SDK v1 go through the judge of YAML: what they compile to is written as YAML and read back the same. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tableFolder } from '../../../src/authoring/v1/data/mltable.ts';
import {
  CommandStep,
  Dataset,
  Environment,
  Estimator,
  EstimatorStep,
  MpiConfiguration,
  OutputFileDatasetConfig,
  ParallelRunConfig,
  type ParallelRunConfigOptions,
  ParallelRunStep,
  Pipeline,
  PipelineData,
  type PipelineOptions,
  PipelineParameter,
  type PipelineStep,
  PyTorchConfiguration,
  PythonScriptStep,
  RunConfiguration,
  ScriptRunConfig,
  StepSequence,
  TensorflowConfiguration,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { RequestError } from '../../../src/errors/types.ts';
import { dumpJob, jobFromObject } from '../../../src/language/index.ts';
import type { JobSpec } from '../../../src/language/types.ts';
import { type Project, project } from './project.ts';

type Steps = PipelineOptions['steps'];

function compile(box: Project, steps: Steps, pipelineParameters: Record<string, string | number> = {}) {
  return new Pipeline({ workspace: new Workspace({ home: box.path('home') }), steps }).compile({
    pipelineParameters,
    experimentName: 'exp',
  });
}

/** The spec after it was written as YAML and read again. */
function again(box: Project, { spec, tables, links }: ReturnType<typeof compile>): JobSpec {
  const promised = new Set([...tables.map((table) => tableFolder(box.path('home'), table)), ...links.map(({ folder }) => folder)]);
  return jobFromObject(parse(dumpJob(spec)), { baseDirectory: box.directory, promised }).spec;
}

function config(box: Project, changes: Partial<ParallelRunConfigOptions> = {}): ParallelRunConfig {
  return new ParallelRunConfig({
    environment: new Environment('e'),
    sourceDirectory: box.code,
    entryScript: 'score.py',
    errorThreshold: 10,
    outputAction: 'append_row',
    computeTarget: 'cpu-cluster',
    nodeCount: 2,
    ...changes,
  });
}

function problemsOf(make: () => unknown): readonly (readonly [string | undefined, string])[] {
  try {
    make();
  } catch (error) {
    if (error instanceof RequestError) return error.problems.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}

const kinds: readonly (readonly [name: string, steps: (box: Project) => Promise<Steps>])[] = [
  [
    'a ParallelRunStep with every setting',
    async (box) => {
      const environment = Environment.fromDockerImage('named', 'python:3.12');
      environment.environmentVariables = { A: 'environment' };
      const files = (await Dataset.File.fromFiles(box.data, { partitionFormat: '/{name}.txt' })).asNamedInput('files');
      const side = (await Dataset.File.fromFiles(box.path('src', 'env.yml'))).asNamedInput('side').asMount();
      const step = new ParallelRunStep({
        name: 'predict-digits',
        parallelRunConfig: config(box, {
          environment,
          description: 'what it does',
          partitionKeys: ['name'],
          allowedFailedCount: 15,
          allowedFailedPercent: 10.5,
          runMaxTry: 1,
          runInvocationTimeout: 90,
          loggingLevel: 'DEBUG',
          processCountPerNode: new PipelineParameter({ name: 'processes per node', defaultValue: 3 }),
          appendRowFileName: 'rows of it.txt',
          environmentVariables: { B: '1' },
        }),
        inputs: [files],
        sideInputs: [side],
        output: new PipelineData('rows', { outputMode: 'upload' }),
        arguments: ['--side', side, '--text', "it's", new PipelineParameter({ name: 'rate', defaultValue: 0.5 })],
        allowReuse: false,
      });
      return [step];
    },
  ],
  [
    'a ParallelRunStep that only counts, over rows',
    async (box) => {
      const rows = (await Dataset.Tabular.fromDelimitedFiles(box.path('in', 'rows.csv'))).asNamedInput('rows');
      const counted = config(box, { outputAction: 'summary_only', miniBatchSize: '10KB', appendRowFileName: 'unused.txt' });
      return [new ParallelRunStep({ name: 'count', parallelRunConfig: counted, inputs: [rows] })];
    },
  ],
  [
    'a ParallelRunStep without data',
    async (box) => [
      new ParallelRunStep({
        name: 'ranks',
        parallelRunConfig: config(box),
        inputs: [],
        output: new PipelineData('rows'),
        arguments: ['--rank_mini_batch_count', 4],
      }),
    ],
  ],
  [
    'a PythonScriptStep that reads files laid together and writes to a place of its own',
    async (box) => {
      const some = (await Dataset.File.fromFiles(`${box.data}/a*.txt`)).asNamedInput('some').asDownload();
      const store = new Workspace({ home: box.path('home') }).getDefaultDatastore();
      const kept = new PipelineData('kept', { datastore: store, pipelineOutputName: 'final' });
      const placed = new OutputFileDatasetConfig({ destination: [store, 'x/{run-id}/{output-name}'] })
        .asUpload()
        .registerOnComplete('asset');
      const environment = new Environment('conda');
      environment.python.condaDependencies = Environment.fromCondaSpecification('x', box.path('src', 'env.yml')).python.condaDependencies;
      const runconfig = new RunConfiguration();
      runconfig.environment = environment;
      runconfig.maxRunDurationSeconds = 90;
      return [
        new PythonScriptStep({
          name: 'Make it',
          version: '7',
          scriptName: 'score.py',
          sourceDirectory: box.code,
          runconfig,
          params: { rate: new PipelineParameter({ name: 'rate', defaultValue: '1.50' }) },
          outputs: [kept],
          arguments: ['--in', some, kept, placed],
        }),
      ];
    },
  ],
  [
    'a CommandStep of several processes',
    async (box) => {
      const distributions = [
        new MpiConfiguration({ processCountPerNode: 2 }),
        new PyTorchConfiguration({ processCount: 4, nodeCount: 2 }),
        new TensorflowConfiguration({ workerCount: 2, parameterServerCount: 0 }),
      ];
      return distributions.map((distributedJobConfig, index) => {
        const runconfig = new ScriptRunConfig({ sourceDirectory: box.code, command: 'python score.py', distributedJobConfig });
        return new CommandStep({ name: `train${index}`, runconfig, computeTarget: 'gpu' });
      });
    },
  ],
  [
    'an EstimatorStep',
    async (box) => {
      const estimator = new Estimator({ sourceDirectory: box.code, entryScript: 'score.py', nodeCount: 2, pipPackages: ['numpy'] });
      return [new EstimatorStep({ estimator, estimatorEntryScriptArguments: ['--epochs', 3], computeTarget: 'gpu' })];
    },
  ],
  [
    'steps that read each other, as files and as rows, and wait for each other',
    async (box) => {
      const [made, again] = [new OutputFileDatasetConfig(), new OutputFileDatasetConfig({ name: 'again', partitionFormat: '/{k}.csv' })];
      const first = new CommandStep({ name: 'first', command: ['ls', made], sourceDirectory: box.code });
      const second = new CommandStep({ name: 'second', command: ['ls', made.asInput(), again], sourceDirectory: box.code });
      const third = new ParallelRunStep({
        name: 'third',
        parallelRunConfig: config(box),
        inputs: [again.readDelimitedFiles({ separator: ';' })],
        output: new PipelineData('out'),
      });
      const last = new CommandStep({ name: 'last', command: 'true', sourceDirectory: box.code });
      return new StepSequence({ steps: [first, [second, third], last] });
    },
  ],
];

describe('a pipeline of SDK v1', () => {
  it.each(kinds)('is what the judge accepts, and reads back from YAML the same: %s', async (_name, steps) => {
    const box = project();
    const compiled = compile(box, await steps(box));
    expect(again(box, compiled)).toEqual(compiled.spec);
  });

  it('reads back the same whatever its settings are', async () => {
    const box = project();
    const files = (await Dataset.File.fromFiles(box.data)).asNamedInput('files');
    const settings = fc.record(
      {
        miniBatchSize: fc.oneof(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom('5', '10kb', '2MB')),
        errorThreshold: fc.integer({ min: -1, max: 1000 }),
        allowedFailedCount: fc.integer({ min: -1, max: 1000 }),
        allowedFailedPercent: fc.integer({ min: 0, max: 200 }).map((half) => half / 2),
        runMaxTry: fc.integer({ min: 1, max: 10 }),
        runInvocationTimeout: fc.integer({ min: 1, max: 259_200 }),
        nodeCount: fc.integer({ min: 1, max: 9 }),
        appendRowFileName: fc.stringMatching(/^[a-zA-Z0-9 ._'-]{1,12}$/).filter((name) => /[^ .]/.test(name)),
        environmentVariables: fc.dictionary(
          fc.stringMatching(/^[a-zA-Z_]{1,8}$/),
          fc.string({ maxLength: 9 }).filter((text) => !/\0|\$\{\{/.test(text)),
        ),
      },
      { requiredKeys: [] },
    );
    const name = fc.stringMatching(/^[a-z][-a-z0-9]{1,8}[a-z0-9]$/);
    const words = fc.array(fc.stringMatching(/^[^\0$]{0,9}$/), { maxLength: 4 });
    fc.assert(
      fc.property(settings, name, words, fc.boolean(), (changes, stepName, args, allowReuse) => {
        const step = new ParallelRunStep({
          name: stepName,
          parallelRunConfig: config(box, changes),
          inputs: [files],
          output: new PipelineData('rows'),
          arguments: ['-x', ...args.filter((word) => !word.startsWith('--'))],
          allowReuse,
        });
        const compiled = compile(box, [step]);
        expect(again(box, compiled)).toEqual(compiled.spec);
      }),
      { numRuns: 50 },
    );
  });

  it.each<
    [
      string,
      (box: Project, files: ReturnType<Awaited<ReturnType<typeof Dataset.File.fromFiles>>['asNamedInput']>) => PipelineStep,
      string,
      RegExp,
    ]
  >([
    [
      'an engine argument with a wrong value',
      (box, files) =>
        new ParallelRunStep({
          name: 'score',
          parallelRunConfig: config(box, { outputAction: 'summary_only' }),
          inputs: [files],
          arguments: ['--resource_monitor_interval', 'often'],
        }),
      'ParallelRunStep(score).arguments',
      /--resource_monitor_interval must be a number from 0, found "often"/,
    ],
    [
      'an entry script of an unknown kind',
      (box, files) =>
        new ParallelRunStep({
          name: 'score',
          parallelRunConfig: config(box, { outputAction: 'summary_only', entryScript: 'env.yml' }),
          inputs: [files],
        }),
      'ParallelRunStep(score).parallelRunConfig.entryScript',
      /Expected a script that ends in \.py/,
    ],
    [
      'a partition key that is empty',
      (box, files) =>
        new ParallelRunStep({
          name: 'score',
          parallelRunConfig: config(box, { outputAction: 'summary_only', partitionKeys: [''] }),
          inputs: [files],
        }),
      'ParallelRunStep(score).parallelRunConfig.partitionKeys[0]',
      /text that is not empty, found ""/,
    ],
    [
      'a name that no environment variable can have',
      (box) => {
        const runconfig = new RunConfiguration();
        runconfig.environmentVariables = { 'A=B': '1' };
        return new CommandStep({ name: 'show', command: 'env', sourceDirectory: box.code, runconfig });
      },
      'CommandStep(show).runconfig.environmentVariables.A=B',
      /cannot be the name of an environment variable/,
    ],
    [
      'an expression that names nothing',
      (box) => new CommandStep({ name: 'show', command: 'ls ${{inputs.no}}', sourceDirectory: box.code }),
      'CommandStep(show).command',
      /names no input of this step/,
    ],
  ])("is refused by the judge, in these classes' words: %s", async (_name, step, path, message) => {
    const box = project();
    const files = (await Dataset.File.fromFiles(box.data)).asNamedInput('files');
    expect(problemsOf(() => compile(box, [step(box, files)]))).toEqual([[path, expect.stringMatching(message)]]);
  });

  it('takes null for a setting that is not given, as programs without types write it', async () => {
    const box = project();
    const files = (await Dataset.File.fromFiles(box.data)).asNamedInput('files');
    const score = (changes: object) => {
      const parallelRunConfig = config(box, { outputAction: 'summary_only', ...changes });
      return compile(box, [new ParallelRunStep({ name: 'score', parallelRunConfig, inputs: [files] })]).spec;
    };
    const names = ['processCountPerNode', 'miniBatchSize', 'partitionKeys', 'description', 'allowedFailedCount', 'allowedFailedPercent'];
    expect(score(Object.fromEntries([...names, 'appendRowFileName'].map((name) => [name, null])))).toEqual(score({}));
  });

  it('takes the whole path of a script in its folder, and of no other', async () => {
    const box = project();
    const files = (await Dataset.File.fromFiles(box.data)).asNamedInput('files');
    const score = (entryScript: string, sourceDirectory: string) => {
      const parallelRunConfig = config(box, { outputAction: 'summary_only', entryScript, sourceDirectory });
      return compile(box, [new ParallelRunStep({ name: 'score', parallelRunConfig, inputs: [files] })]).spec.steps.score;
    };
    expect(score(box.path('src', 'score.py'), box.code)).toMatchObject({ task: { code: { path: box.code }, entryScript: 'score.py' } });
    expect(() => score(box.path('src', 'score.py'), box.data)).toThrow(
      /parallelRunConfig\.entryScript: .*must stand inside the code folder/,
    );
  });

  it('takes parameters of any name', () => {
    const box = project();
    const rate = (name: string, defaultValue: number) => new PipelineParameter({ name, defaultValue });
    const step = new CommandStep({ command: ['echo', rate('learning rate', 1), rate('learning.rate', 2)], sourceDirectory: box.code });
    expect(compile(box, [step], { 'learning rate': 3 }).spec.inputs).toEqual({
      learning_rate: { kind: 'literal', value: 3 },
      learning_rate_2: { kind: 'literal', value: 2 },
    });
  });

  it('writes its own outputs where the steps that make them would', () => {
    const box = project();
    const store = new Workspace({ home: box.path('home') }).getDefaultDatastore();
    const kept = new PipelineData('kept', { datastore: store, pipelineOutputName: 'final' });
    const { spec } = compile(box, [new CommandStep({ name: 'make', command: ['ls', kept], outputs: [kept], sourceDirectory: box.code })]);
    expect(spec.outputs).toEqual({ final: { path: 'azureml://datastores/workspaceblobstore/paths/azureml/${{name}}.make/kept' } });
    expect(spec.steps.make?.outputs).toEqual({ kept: { binding: '${{parent.outputs.final}}' } });
  });
});

describe('an output without a name', () => {
  const pipeline = (box: Project) => {
    const [one, two] = [new OutputFileDatasetConfig(), new OutputFileDatasetConfig()];
    const make = (name: string, output: OutputFileDatasetConfig) =>
      new CommandStep({ name, command: ['ls', output], sourceDirectory: box.code });
    const both = new OutputFileDatasetConfig();
    const read = new CommandStep({
      name: 'read',
      command: ['ls', one.asInput(), two.asInput(), both],
      inputs: [one.asInput()],
      sourceDirectory: box.code,
    });
    return { steps: [make('a', one), make('b', two), read], outputs: [one, two, both] };
  };

  it('is named by each step that writes or reads it, whatever else the process has made', () => {
    const box = project();
    const first = pipeline(box);
    const { steps } = compile(box, first.steps).spec;
    expect(steps).toMatchObject({
      a: { command: 'ls ${{outputs.output_1}}' },
      b: { command: 'ls ${{outputs.output_1}}' },
      read: {
        command: 'ls ${{inputs.output_1}} ${{inputs.output_2}} ${{outputs.output_3}}',
        inputs: { output_1: { text: '${{parent.jobs.a.outputs.output_1}}' }, output_2: { text: '${{parent.jobs.b.outputs.output_1}}' } },
      },
    });
    expect(first.outputs.map(({ name }) => name)).toEqual(['output_1', 'output_1', 'output_3']);
    expect(compile(box, pipeline(box).steps).spec.steps).toEqual(steps);
  });

  it('goes to a place of its own', () => {
    const box = project();
    const store = new Workspace({ home: box.path('home') }).getDefaultDatastore();
    const make = (name: string) => {
      const output = new OutputFileDatasetConfig({ destination: [store, 'out/{output-name}'] });
      return new CommandStep({ name, command: ['ls', output], sourceDirectory: box.code });
    };
    const { steps } = compile(box, [make('same'), make('same')]).spec;
    expect(Object.values(steps).map(({ outputs }) => outputs.output_1?.path)).toEqual([
      'azureml://datastores/workspaceblobstore/paths/out/same_output_1',
      'azureml://datastores/workspaceblobstore/paths/out/same_2_output_1',
    ]);
  });

  it('leaves alone the names that were given', () => {
    const box = project();
    const [named, unnamed] = [new OutputFileDatasetConfig({ name: 'output_1' }), new OutputFileDatasetConfig()];
    const step = new CommandStep({ name: 'make', command: ['ls', unnamed, named], sourceDirectory: box.code });
    expect(compile(box, [step]).spec.steps.make).toMatchObject({ command: 'ls ${{outputs.output_2}} ${{outputs.output_1}}' });
    expect(unnamed.asUpload().name).toBe('output_2');
  });
});
