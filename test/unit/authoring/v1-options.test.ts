/** What options, values and attributes of SDK v1 may be: one judge, also for programs without types. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as v1 from '../../../src/authoring/v1/index.ts';
import { RequestError } from '../../../src/errors/types.ts';
import { type Project, project } from './project.ts';

const required = {
  environment: new v1.Environment('e'),
  entryScript: 'score.py',
  errorThreshold: 10,
  outputAction: 'append_row',
  computeTarget: 'cpu',
  nodeCount: 1,
};

/** Everything that takes options, and options that it takes. As programs without types call it. */
function doors(box: Project): Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => unknown>> {
  const workspace = new v1.Workspace({ home: box.path('home') });
  const source = { sourceDirectory: box.code };
  const script = { ...source, entryScript: 'score.py' };
  const datastore = workspace.getDefaultDatastore();
  const pipeline = () => new v1.Pipeline({ workspace, steps: [new v1.CommandStep({ command: 'true' })] });
  const call =
    <T>(of: (options: T) => unknown, base: object) =>
    (options: object) =>
      of({ ...base, ...options } as T);
  return {
    Workspace: call((options: v1.WorkspaceOptions) => new v1.Workspace(options), {}),
    Experiment: call((options: v1.ExperimentOptions) => new v1.Experiment(options), { workspace, name: 'x' }),
    Environment: call((options: v1.EnvironmentOptions) => new v1.Environment(options), { name: 'x' }),
    ParallelRunConfig: call((options: v1.ParallelRunConfigOptions) => new v1.ParallelRunConfig(options), required),
    RunConfiguration: call((options: v1.RunConfigurationOptions) => new v1.RunConfiguration(options), {}),
    ScriptRunConfig: call((options: v1.ScriptRunConfigOptions) => new v1.ScriptRunConfig(options), source),
    DockerConfiguration: call((options: v1.DockerConfigurationOptions) => new v1.DockerConfiguration(options), {}),
    MpiConfiguration: call((options: v1.MpiOptions) => new v1.MpiConfiguration(options), {}),
    TensorflowConfiguration: call((options: v1.TensorflowOptions) => new v1.TensorflowConfiguration(options), {}),
    PyTorchConfiguration: call((options: v1.PyTorchOptions) => new v1.PyTorchConfiguration(options), {}),
    Estimator: call((options: v1.EstimatorOptions) => new v1.Estimator(options), script),
    PyTorch: call((options: v1.EstimatorOptions) => new v1.PyTorch(options), script),
    TensorFlow: call((options: v1.TensorFlowOptions) => new v1.TensorFlow(options), { ...script, workerCount: 2 }),
    'CondaDependencies.create': call((options: v1.CondaDependenciesOptions) => v1.CondaDependencies.create(options), {}),
    PipelineParameter: call((options: v1.PipelineParameterOptions<number>) => new v1.PipelineParameter(options), {
      name: 'p',
      defaultValue: 1,
    }),
    PipelineData: call((options: v1.NamedPipelineDataOptions) => new v1.PipelineData(options), { name: 'x' }),
    OutputFileDatasetConfig: call((options: v1.OutputFileDatasetConfigOptions) => new v1.OutputFileDatasetConfig(options), {}),
    asUpload: call((options: v1.UploadOutputOptions) => new v1.OutputFileDatasetConfig().asUpload(options), {}),
    registerOnComplete: call((options: v1.RegisterOnCompleteOptions) => new v1.OutputFileDatasetConfig().registerOnComplete(options), {
      name: 'x',
    }),
    readDelimitedFiles: call((options: v1.ReadDelimitedOptions) => new v1.OutputFileDatasetConfig().readDelimitedFiles(options), {}),
    readParquetFiles: call((options: v1.ReadParquetOptions) => new v1.OutputFileDatasetConfig().readParquetFiles(options), {}),
    parseDelimitedFiles: call((options: v1.ParseDelimitedOptions) => new v1.PipelineData('x').asDataset().parseDelimitedFiles(options), {}),
    parseParquetFiles: call((options: v1.ParseParquetOptions) => new v1.PipelineData('x').asDataset().parseParquetFiles(options), {}),
    register: call((options: v1.RegisterOutputOptions) => new v1.PipelineData('x').asDataset().register(options), { name: 'x' }),
    DatasetConsumptionConfig: call((options: v1.DatasetConsumptionOptions) => new v1.DatasetConsumptionConfig(options), {
      name: 'x',
      dataset: new v1.PipelineData('x').asDataset(),
    }),
    DataReference: call((options: v1.DataReferenceOptions) => new v1.DataReference(options), { datastore }),
    InputPortBinding: call((options: v1.InputPortBindingOptions) => new v1.InputPortBinding(options), {
      name: 'x',
      bindObject: new v1.PipelineData('x'),
    }),
    OutputPortBinding: call((options: v1.OutputPortBindingOptions) => new v1.OutputPortBinding(options), { name: 'x' }),
    'Datastore.upload': call((options: v1.UploadFolderOptions) => datastore.upload(options), { srcDir: box.data }),
    'Datastore.uploadFiles': call((options: v1.UploadFilesOptions) => datastore.uploadFiles(options), {
      files: [box.path('in', 'a1.txt')],
    }),
    'Datastore.download': call((options: v1.DownloadOptions) => datastore.download(options), { targetPath: box.path('out') }),
    'Dataset.File.fromFiles': call((options: v1.FileOptions) => v1.Dataset.File.fromFiles(box.data, options), {}),
    'Dataset.Tabular.fromDelimitedFiles': call(
      (options: v1.DelimitedOptions) => v1.Dataset.Tabular.fromDelimitedFiles(box.data, options),
      {},
    ),
    'Dataset.Tabular.fromParquetFiles': call((options: v1.ParquetOptions) => v1.Dataset.Tabular.fromParquetFiles(box.data, options), {}),
    'Dataset.Tabular.fromJsonLinesFiles': call(
      (options: v1.JsonLinesOptions) => v1.Dataset.Tabular.fromJsonLinesFiles(box.data, options),
      {},
    ),
    ParallelRunStep: call((options: v1.ParallelRunStepOptions) => new v1.ParallelRunStep(options), {
      name: 'score',
      parallelRunConfig: new v1.ParallelRunConfig({ ...required, sourceDirectory: box.code, outputAction: 'summary_only' }),
      inputs: [new v1.PipelineData('x').asDataset()],
    }),
    CommandStep: call((options: v1.CommandStepOptions) => new v1.CommandStep(options), { command: 'true' }),
    PythonScriptStep: call((options: v1.PythonScriptStepOptions) => new v1.PythonScriptStep(options), {
      scriptName: 'score.py',
      ...source,
    }),
    EstimatorStep: call((options: v1.EstimatorStepOptions) => new v1.EstimatorStep(options), {
      estimator: new v1.Estimator(script),
      estimatorEntryScriptArguments: [],
      computeTarget: 'cpu',
    }),
    createModuleDef: call((options: v1.ModuleDefOptions) => new v1.CommandStep({ command: 'true' }).createModuleDef(options), {}),
    Pipeline: call((options: v1.PipelineOptions) => new v1.Pipeline(options), {
      workspace,
      steps: [new v1.CommandStep({ command: 'true' })],
    }),
    submit: call((options: v1.CompileForOptions) => pipeline().compile(options), {}),
    'PipelineDraft.create': call((options: v1.PipelineDraftOptions) => v1.PipelineDraft.create(options), {
      workspace,
      pipeline: pipeline(),
    }),
  };
}

describe('whatever takes options', () => {
  it('takes its own and refuses a name that is none', async () => {
    const box = project();
    for (const [name, door] of Object.entries(doors(box))) {
      const open = async (options: Readonly<Record<string, unknown>>) => door(options);
      await expect(open({}), name).resolves.toBeDefined();
      await expect(open({ frobnicate: undefined }), name).rejects.toThrow(`${name} has no option frobnicate.`);
      await expect(open({ frobnicate: 5 }), name).rejects.toThrow(RequestError);
    }
  });

  it('answers wrong values in words of its own', async () => {
    const box = project();
    const values = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, maxDepth: 1 });
    for (const [name, door] of Object.entries(doors(box))) {
      const known = /It has: (.*)\.$/.exec(await said(() => door({ qqqqqqqqqqqqqqqqqqqqqq: 1 })))?.[1]?.split(', ') ?? [];
      const property = fc.asyncProperty(fc.constantFrom(...known), values, async (option, value) => {
        // Text is a right value for a path, and would be written to.
        const given = typeof value === 'string' && /path/i.test(option) ? box.path('anywhere') : value;
        await said(() => door({ [option]: given }));
      });
      await expect(fc.assert(property, { numRuns: 15 }), name).resolves.toBeUndefined();
    }
  });
});

/** What is refused, as told; whatever else is thrown is a slip of ours. */
async function said(act: () => unknown): Promise<string> {
  try {
    await act();
    return '';
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

describe('a name that is nearly an option', () => {
  it.each([
    ['ParallelRunConfig', { miniBatchSzie: 5 }, 'Did you mean miniBatchSize?'],
    ['ParallelRunConfig', { mini_batch_size: 5 }, 'Did you mean miniBatchSize?'],
    ['Dataset.Tabular.fromDelimitedFiles', { seperator: ';' }, 'Did you mean separator?'],
    ['submit', { pipeline_parameters: {} }, 'Did you mean pipelineParameters?'],
  ])('of %s: %j', async (name, options, hint) => {
    expect(await said(() => doors(project())[name]?.(options))).toContain(hint);
  });
});

describe('wrong shapes', () => {
  const untyped = <T>(value: unknown) => value as T;

  it('are told, and are no slips of the engine', async () => {
    const box = project();
    const files = (await v1.Dataset.File.fromFiles(box.data)).asNamedInput('files');
    const config = new v1.ParallelRunConfig({ ...required, sourceDirectory: box.code, outputAction: 'summary_only' });
    const step = (changes: object) => () =>
      new v1.ParallelRunStep({ name: 'score', parallelRunConfig: config, inputs: [files], ...changes });
    expect(step({ inputs: files })).toThrow('inputs must be a list of inputs, found DatasetConsumptionConfig.');
    expect(step({ arguments: null })).not.toThrow();
    expect(step({ arguments: ['--a', undefined] })).toThrow('An argument must be text');
    expect(step({ name: undefined })).toThrow('The step name nothing is not allowed');
    expect(step({ output: 'rows' })).toThrow('output must be a PipelineData or an OutputFileDatasetConfig, found "rows".');
    await expect(v1.Dataset.File.fromFiles({ path: box.data })).resolves.toBeDefined();
    expect(() => new v1.Environment(untyped<{ name: string }>({}))).toThrow('name must be a name, found nothing.');
    expect(() => new v1.Estimator(untyped<v1.EstimatorOptions>(undefined))).toThrow(
      'Estimator takes its options as an object, found nothing.',
    );
    expect(() => new v1.ParallelRunConfig({ ...required, appendRowFileName: '..' })).toThrow('appendRowFileName must be a file name');
    expect(() => new v1.ParallelRunConfig({ ...required, appendRowFileName: '.' })).toThrow('appendRowFileName must be a file name');
    expect(() => new v1.ParallelRunConfig({ ...required, outputAction: 'append' })).toThrow(
      'outputAction must be append_row or summary_only',
    );
    expect(() => new v1.DockerConfiguration({ shmSize: 'abc' })).toThrow('shmSize must be a size such as 512m or 2g, found "abc".');
  });

  it('of a config in YAML are told too', () => {
    const box = project();
    const workspace = new v1.Workspace({ home: box.path('home') });
    const load = (more: string) => () => {
      const text = `entry_script: s.py, error_threshold: 1, output_action: summary_only, compute_target_name: c, node_count: 1`;
      writeFileSync(box.path('c.yml'), `parallel_run_config: {${text}, ${more}}`);
      return v1.ParallelRunConfig.loadYaml(workspace, box.path('c.yml'));
    };
    expect(load('environment: {name: e}, partition_keys: store')).toThrow('partitionKeys must be a list of texts, found "store".');
    expect(load('environment: {name: e}, environment_variables: [1]')).toThrow('environmentVariables must be an object');
    expect(load('environment: no.yml')).toThrow(/the file of its environment cannot be read: .*no\.yml/);
    expect(load('environment_dir_path: nowhere')).toThrow(/the file of its environment cannot be read/);
    mkdirSync(box.path('env'));
    writeFileSync(
      box.path('env', 'azureml_environment.json'),
      '{"name": "old", "python": {"condaDependencies": null}, "docker": {"baseImage": "i"}}',
    );
    writeFileSync(box.path('env', 'conda_dependencies.yml'), 'dependencies: [python=3.11]\n');
    const { environment } = load(`environment_dir_path: ${box.path('env')}`)();
    expect([environment.name, environment.docker.baseImage, environment.python.condaDependencies?.condaPackages]).toEqual([
      'old',
      'i',
      ['python=3.11'],
    ]);
    expect(load('environment_name: registered')().environment.name).toBe('registered');
  });
});

describe('attributes', () => {
  it('can be changed, and are judged as the constructor judges', () => {
    const config = new v1.ParallelRunConfig(required);
    config.nodeCount = 4;
    config.miniBatchSize = new v1.PipelineParameter({ name: 'size', defaultValue: '10KB' });
    expect([config.nodeCount, { ...config }.nodeCount, JSON.parse(JSON.stringify(config)).nodeCount]).toEqual([4, 4, 4]);
    expect(() => {
      config.nodeCount = 0;
    }).toThrow('nodeCount must be an integer from 1 on, found 0.');
    expect(() => {
      config.partitionKeys = ['k'];
    }).toThrow('only one can be used');
    expect(() => Object.assign(config, { nodeCuont: 3 })).toThrow('ParallelRunConfig has no option nodeCuont. Did you mean nodeCount?');
    expect([config.nodeCount, config.partitionKeys]).toEqual([4, undefined]);
    const runconfig = new v1.RunConfiguration();
    runconfig.mpi.processCountPerNode = 3;
    runconfig.docker.useDocker = true;
    expect(() => {
      runconfig.communicator = 'Smoke';
    }).toThrow('communicator must be None, Mpi');
    expect(runconfig.mpi.processCountPerNode).toBe(3);
    expect(() => Object.assign(new v1.Environment('e').python, { condaDependancies: 1 })).toThrow('Did you mean condaDependencies?');
  });

  it('of a config are those of the steps that were made with it', () => {
    const box = project();
    const config = new v1.ParallelRunConfig({ ...required, sourceDirectory: box.code, outputAction: 'summary_only' });
    const make = (name: string) => new v1.ParallelRunStep(name, config, { inputs: [], arguments: ['--rank_mini_batch_count', 1] });
    const first = make('first');
    config.nodeCount = 3;
    const { steps } = new v1.Pipeline(new v1.Workspace({ home: box.path('home') }), [first, make('second')]).compile().spec;
    expect([steps.first, steps.second].map((step) => step?.type === 'parallel' && step.resources.instanceCount)).toEqual([1, 3]);
  });

  it('take any pipeline parameter, settings in a variable, and numbers for variables', () => {
    const parameter: v1.PipelineParameter = new v1.PipelineParameter('nodes', 2);
    const changes = { loggingLevel: 'DEBUG', environmentVariables: { N: 1, ON: true } };
    const config = new v1.ParallelRunConfig({ ...required, nodeCount: parameter, ...changes });
    expect([config.nodeCount, config.loggingLevel, config.environmentVariables]).toEqual([parameter, 'DEBUG', { N: 1, ON: true }]);
    expect(() => new v1.ParallelRunConfig({ ...required, nodeCount: new v1.PipelineParameter('n', 'many') })).toThrow(
      'nodeCount must be an integer from 1 on, found "many".',
    );
  });
});

describe('values in their order', () => {
  it('are what the options of those names are', async () => {
    const box = project();
    const workspace = new v1.Workspace({ home: box.path('home') });
    const datastore = workspace.getDefaultDatastore();
    const dataset = await v1.Dataset.File.fromFiles(box.data);
    const same: readonly (readonly [unknown, unknown])[] = [
      [new v1.PipelineParameter('p', 1), new v1.PipelineParameter({ name: 'p', defaultValue: 1 })],
      [new v1.MpiConfiguration(2, 3), new v1.MpiConfiguration({ processCountPerNode: 2, nodeCount: 3 })],
      [new v1.Experiment(workspace, 'x'), new v1.Experiment({ workspace, name: 'x' })],
      [new v1.DatasetConsumptionConfig('x', dataset, 'mount'), new v1.DatasetConsumptionConfig({ name: 'x', dataset, mode: 'mount' })],
      [new v1.PipelineData('x', datastore, 'y'), new v1.PipelineData({ name: 'x', datastore, outputName: 'y' })],
      [new v1.Environment('e'), new v1.Environment({ name: 'e' })],
    ];
    for (const [one, other] of same) expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(() => new v1.PipelineParameter(...(['a', 1, 2] as unknown as [string, number]))).toThrow(/takes name, defaultValue one by one/);
    expect(() => new v1.PipelineData('x', { name: 'y' } as v1.PipelineDataOptions)).toThrow(/name is given twice/);
  });
});
