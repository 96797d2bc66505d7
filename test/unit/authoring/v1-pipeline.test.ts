import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CommandStep,
  Dataset,
  DatasetConsumptionConfig,
  Environment,
  InputPortBinding,
  OutputFileDatasetConfig,
  ParallelRunConfig,
  ParallelRunStep,
  Pipeline,
  PipelineData,
  PipelineParameter,
  PythonScriptStep,
  StepSequence,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { parseProgramArguments } from '../../../src/language/arguments/parse.ts';
import { dumpJob } from '../../../src/language/index.ts';
import { parseMiniBatchSize } from '../../../src/language/mini-batch-size.ts';
import { definitionOf, definitionParts } from '../../../src/pipeline/reuse/parts.ts';
import { type Project, project } from './project.ts';

function workspace(box: Project): Workspace {
  return new Workspace({ home: box.path('home') });
}

function parallel(box: Project, changes: Partial<ConstructorParameters<typeof ParallelRunConfig>[0]> = {}): ParallelRunConfig {
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

describe('a parallel step in a pipeline', () => {
  it('becomes one step of one job', async () => {
    const box = project();
    const first = (await Dataset.File.fromFiles(box.data)).asNamedInput('first');
    const second = (await Dataset.File.fromFiles(`${box.data}/**`)).asNamedInput('second').asMount();
    const model = (await Dataset.File.fromFiles(box.path('src', 'env.yml'))).asNamedInput('model').asMount();
    const step = new ParallelRunStep({
      name: 'predict-digits',
      parallelRunConfig: parallel(box, {
        miniBatchSize: '5',
        allowedFailedCount: 15,
        allowedFailedPercent: 10,
        runMaxTry: 4,
        appendRowFileName: 'rows.txt',
        environmentVariables: { A: '1' },
      }),
      inputs: [first, second],
      sideInputs: [model],
      output: new PipelineData('inferences'),
      arguments: ['--model', model, '--note', "it's two words", '--first_task_creation_timeout', '30'],
      allowReuse: false,
    });
    const { spec } = new Pipeline({ workspace: workspace(box), steps: [step], description: 'digits' }).compile({ experimentName: 'exp' });
    expect(spec).toMatchObject({ experimentName: 'exp', description: 'digits', standalone: false });
    expect(spec.steps['predict-digits']).toMatchObject({
      type: 'parallel',
      compute: 'cpu-cluster',
      component: { name: 'predict-digits', isDeterministic: false },
      inputs: {
        first: { kind: 'data', type: 'uri_folder', path: box.data, mode: 'direct' },
        second: { kind: 'data', type: 'uri_folder', path: box.data, mode: 'ro_mount' },
        model: { kind: 'data', type: 'uri_file', path: box.path('src', 'env.yml') },
      },
      outputPorts: { inferences: { type: 'uri_folder' } },
      task: {
        type: 'run_function',
        code: { path: box.code },
        entryScript: 'score.py',
        appendRowTo: 'inferences',
        programArguments: parseProgramArguments(
          `--model \${{inputs.model}} --note 'it'\\''s two words' --first_task_creation_timeout 30 --allowed_failed_percent 10`,
        ).arguments,
      },
      settings: {
        inputData: ['first', 'second'],
        miniBatchSize: parseMiniBatchSize('5'),
        errorThreshold: 10,
        miniBatchErrorThreshold: 15,
        allowedFailedPercent: 10,
        maxRetries: 3,
        appendRowFileName: 'rows.txt',
        predefined: { firstTaskCreationTimeout: 30, taskOverheadTimeout: 600 },
      },
      environmentVariables: { A: '1' },
      resources: { instanceCount: 2 },
    });
  });

  it('takes the values of a submission for its parameters', async () => {
    const box = project();
    const parameter = <T extends string | number>(name: string, defaultValue: T) => new PipelineParameter({ name, defaultValue });
    const files = await Dataset.File.fromFiles(box.data);
    const others = await Dataset.File.fromFiles(box.model);
    const data = new DatasetConsumptionConfig('data', new PipelineParameter({ name: 'data', defaultValue: files }));
    const step = new ParallelRunStep({
      name: 'score',
      parallelRunConfig: parallel(box, {
        miniBatchSize: parameter('size', '5'),
        nodeCount: parameter('nodes', 1),
        processCountPerNode: parameter('processes', 1),
        loggingLevel: parameter('level', 'INFO'),
        runInvocationTimeout: parameter('timeout', 60),
        runMaxTry: parameter('tries', 3),
      }),
      inputs: [data],
      output: new PipelineData('rows'),
      arguments: ['--rate', parameter('rate', 0.5)],
    });
    const pipeline = new Pipeline({ workspace: workspace(box), steps: [step] });
    const settings = (given: Readonly<Record<string, string | number | typeof files>>) =>
      pipeline.compile({ pipelineParameters: given }).spec.steps.score;
    expect(settings({})).toMatchObject({
      settings: { miniBatchSize: parseMiniBatchSize('5'), timeout: 60 },
      task: { programArguments: parseProgramArguments('--rate 0.5').arguments },
      inputs: { data: { path: box.data } },
    });
    expect(settings({ size: '9', nodes: 3, processes: 2, level: 'DEBUG', timeout: 5, tries: 1, rate: 2, data: others })).toMatchObject({
      settings: { miniBatchSize: parseMiniBatchSize('9'), maxConcurrencyPerInstance: 2, loggingLevel: 'DEBUG', timeout: 5, maxRetries: 0 },
      resources: { instanceCount: 3 },
      task: { programArguments: parseProgramArguments('--rate 2').arguments },
      inputs: { data: { path: box.model } },
    });
    expect(pipeline.compile({ pipelineParameters: { size: '9' } }).spec.inputs.size).toEqual({ kind: 'literal', value: '9' });
    expect(() => settings({ sise: '9' })).toThrow(/no parameter sise\. Did you mean size\?/);
    expect(() => settings({ tries: 0 })).toThrow(/runMaxTry must be an integer from 1 on, found 0/);
    expect(() => settings({ size: 'big' })).toThrow(/miniBatchSize must be/);
    expect(() => settings({ data: 'text' })).toThrow(/data must be a file dataset, found "text"/);
    const rows = await Dataset.Tabular.fromDelimitedFiles(box.path('in', 'rows.csv'));
    expect(() => pipeline.compile({ pipelineParameters: { data: rows } })).toThrow(/data must be a file dataset/);
  });

  it('takes partition keys as a parameter whose value is the JSON text of a list', async () => {
    const box = project();
    const rows = await Dataset.Tabular.fromDelimitedFiles(box.path('in', 'rows.csv'));
    const step = new ParallelRunStep({
      name: 'score',
      parallelRunConfig: parallel(box, { partitionKeys: new PipelineParameter({ name: 'keys', defaultValue: '["name"]' }) }),
      inputs: [rows.asNamedInput('rows')],
      output: new PipelineData('out'),
    });
    const pipeline = new Pipeline({ workspace: workspace(box), steps: [step] });
    const keys = (given: Record<string, string>) => {
      const compiled = pipeline.compile({ pipelineParameters: given }).spec.steps.score;
      return compiled?.type === 'parallel' ? compiled.settings.partitionKeys : undefined;
    };
    expect(keys({})).toEqual(['name']);
    expect(keys({ keys: '["name","value"]' })).toEqual(['name', 'value']);
    expect(() => keys({ keys: 'value' })).toThrow(/the JSON text of a list of texts/);
  });
});

describe('a pipeline', () => {
  it('brings in the steps whose outputs are read, in an order in which they can run', () => {
    const box = project();
    const made = new OutputFileDatasetConfig({ name: 'made' });
    const first = new PythonScriptStep({ scriptName: 'score.py', sourceDirectory: box.code, arguments: ['--out', made] });
    const second = new CommandStep({ name: 'count', command: ['wc -l', made.asInput('files')], sourceDirectory: box.code });
    expect(second.precedents).toEqual([first]);
    const pipeline = new Pipeline({ workspace: workspace(box), steps: [second] });
    const { spec } = pipeline.compile({});
    expect(Object.keys(spec.steps)).toEqual(['score_py', 'count']);
    expect(spec.steps.score_py).toMatchObject({ displayName: 'score.py', command: 'python score.py --out ${{outputs.made}}' });
    expect(spec.steps.count).toMatchObject({
      command: 'wc -l ${{inputs.files}}',
      inputs: { files: { text: '${{parent.jobs.score_py.outputs.made}}' } },
    });
    expect(pipeline.graph.edges).toMatchObject([{ output: 'made', input: 'files' }]);
    expect(pipeline.validate()).toEqual([]);
  });

  it('takes an input that is named twice in the same way as one', () => {
    const box = project();
    const made = new OutputFileDatasetConfig({ name: 'made' });
    new PythonScriptStep({ scriptName: 'score.py', sourceDirectory: box.code, arguments: ['--out', made] });
    const reader = (named: string) =>
      new PythonScriptStep({
        scriptName: 'score.py',
        sourceDirectory: box.code,
        inputs: [made.asInput('files')],
        arguments: ['--in', made.asInput(named)],
      });
    expect(reader('files').inputs.map(({ name }) => name)).toEqual(['files']);
    expect(reader('again').inputs.map(({ name }) => name)).toEqual(['files', 'again']);
    const other = new OutputFileDatasetConfig({ name: 'other' });
    const clash = {
      scriptName: 'score.py',
      sourceDirectory: box.code,
      inputs: [made.asInput('files')],
      arguments: [other.asInput('files')],
    };
    expect(() => new PythonScriptStep(clash)).toThrow(/called files/);
  });

  it('says how the output of a step is read as rows where it is read', () => {
    const box = project();
    const made = new OutputFileDatasetConfig({ name: 'made' });
    const first = new PythonScriptStep({ name: 'make', scriptName: 'score.py', sourceDirectory: box.code, arguments: [made] });
    const step = new ParallelRunStep({
      name: 'score',
      parallelRunConfig: parallel(box),
      inputs: [made.readDelimitedFiles({ separator: ';' })],
      output: new PipelineData('out'),
    });
    const { spec } = new Pipeline({ workspace: workspace(box), steps: [first, step] }).compile({});
    expect(Object.keys(spec.steps)).toEqual(['make', 'score']);
    expect(spec.steps.score?.inputs.made).toMatchObject({ text: '${{parent.jobs.make.outputs.made}}' });
    expect(spec.steps.score?.tables?.made).toMatchObject({ pattern: '**/*', transformations: [{ read_delimited: { delimiter: ';' } }] });
  });

  it('has the folders, the datastore and the steps that it is told', () => {
    const box = project();
    const home = workspace(box);
    const made = new PipelineData({ name: 'made', isDirectory: false });
    const make = new PythonScriptStep('score.py', { name: 'make', arguments: [made], outputs: [made], version: '1' });
    const read = new CommandStep(['cat', made], { name: 'read', inputs: [made] });
    const options = { defaultSourceDirectory: box.code, defaultDatastore: home.getDefaultDatastore() };
    const { spec } = new Pipeline(home, [read], options).compile();
    expect(Object.values(spec.steps).map((step) => step.type === 'command' && step.code?.path)).toEqual([box.code, box.code]);
    expect(spec.settings.defaultDatastore).toBe('workspaceblobstore');
    expect([spec.steps.make?.outputPorts.made?.type, spec.steps.read?.inputPorts.made?.type]).toEqual(['uri_file', 'uri_file']);
    expect(() => new Pipeline(home, [make])).toThrow(/There is no script at/);
    expect(() => new Pipeline(home, [read], { ...options, resolveClosure: false })).toThrow(/output made of no step of the pipeline/);
    expect(() => new Pipeline(home, [read], options).publish()).toThrow(/published on a server, and there is none yet/);
    const definition = (version: string) => {
      const versioned = new PythonScriptStep('score.py', { name: 'make', sourceDirectory: box.code, version });
      const [step] = Object.values(new Pipeline(home, [versioned]).compile().spec.steps);
      if (step?.type !== 'command') throw new Error('expected a command');
      return definitionOf(definitionParts(step, {}, [], 'python'));
    };
    expect(definition('1')).toBe(definition('1'));
    expect(definition('1')).not.toBe(definition('2'));
  });

  it('reads data references, and what is bound to an input by hand', () => {
    const box = project();
    const home = workspace(box);
    const datastore = home.getDefaultDatastore();
    for (const [folder, text] of Object.entries({ a: 'first', b: 'second' })) {
      mkdirSync(box.path('u', folder), { recursive: true });
      writeFileSync(box.path('u', folder, '1.txt'), text);
    }
    const files = ['a', 'b'].map((folder) => box.path('u', folder, '1.txt'));
    const up = datastore.uploadFiles({ files, targetPath: 'up' });
    datastore.uploadFiles(files, box.directory, 'rooted');
    const uploaded = (folder: string) => readdirSync(join(datastore.path, folder), { recursive: true }).map(String).sort();
    expect(uploaded('up')).toEqual(['a', 'a/1.txt', 'b', 'b/1.txt']);
    expect(uploaded('rooted')).toEqual(['u', 'u/a', 'u/a/1.txt', 'u/b', 'u/b/1.txt']);
    expect(() => datastore.uploadFiles(files, box.path('in'))).toThrow(/1\.txt is not below .*in\./);
    writeFileSync(box.path('u', 'a', '1.txt'), 'changed');
    datastore.uploadFiles({ files, targetPath: 'up' });
    expect(readFileSync(join(datastore.path, 'up', 'a', '1.txt'), 'utf8')).toBe('first');
    datastore.uploadFiles({ files, targetPath: 'up', overwrite: true });
    expect(readFileSync(join(datastore.path, 'up', 'a', '1.txt'), 'utf8')).toBe('changed');
    const below = up.path('b', 'below').asDownload();
    const bound = new InputPortBinding('bound', below, 'mount');
    const step = new CommandStep({ command: ['cat', up, bound, below], inputs: [up, bound], sourceDirectory: box.code });
    const [only] = Object.values(new Pipeline(home, [step]).compile().spec.steps);
    expect(only).toMatchObject({
      command: 'cat ${{inputs.up}} ${{inputs.bound}} ${{inputs.bound}}',
      inputs: {
        up: { path: join(datastore.path, 'up'), mode: 'ro_mount' },
        bound: { path: join(datastore.path, 'up', 'b'), mode: 'ro_mount' },
      },
    });
  });

  it('runs a sequence one after the other, and lists inside it side by side', () => {
    const box = project();
    const step = (name: string) => new CommandStep({ name, command: 'true', sourceDirectory: box.code });
    const [one, two, three, four] = [step('one'), step('two'), step('three'), step('four')];
    const { spec } = new Pipeline({ workspace: workspace(box), steps: new StepSequence({ steps: [one, [two, three], four] }) }).compile({});
    expect(Object.entries(spec.steps).map(([name, { runAfter = [] }]) => [name, ...runAfter])).toEqual([
      ['one'],
      ['two', 'one'],
      ['three', 'one'],
      ['four', 'two', 'three'],
    ]);
  });

  it('keeps steps of one name apart', () => {
    const box = project();
    const step = () => new CommandStep({ name: 'same name', command: 'true', sourceDirectory: box.code });
    const { spec } = new Pipeline({ workspace: workspace(box), steps: [step(), step()] }).compile({});
    expect(Object.entries(spec.steps).map(([key, { displayName }]) => [key, displayName])).toEqual([
      ['same_name', 'same name'],
      ['same_name_2', 'same name'],
    ]);
  });

  it('refuses what cannot run', async () => {
    const box = project();
    const files = (await Dataset.File.fromFiles(box.data)).asNamedInput('files');
    const score = (output: PipelineData) =>
      new ParallelRunStep({ name: 'score', parallelRunConfig: parallel(box), inputs: [files], output });
    const home = workspace(box);
    expect(() => new Pipeline({ workspace: home, steps: [score(new PipelineData('a')), score(new PipelineData('b'))] })).toThrow(
      /Two steps are called score/,
    );
    const shared = new PipelineData('shared');
    const [earlier, later] = [score(shared), score(shared)];
    expect(() => new Pipeline({ workspace: home, steps: [earlier] })).toThrow(
      /written by two steps, score and score; the one made last has it/,
    );
    expect(new Pipeline({ workspace: home, steps: [later] }).validate()).toEqual([]);
    const nobody = new CommandStep({
      name: 'read',
      command: ['ls', new PipelineData('no').asInput('no').toInput()],
      sourceDirectory: box.code,
    });
    expect(() => new Pipeline({ workspace: home, steps: [nobody] })).toThrow(/output no of no step/);
    const [a, b] = [
      new CommandStep({ name: 'a', command: 'true', sourceDirectory: box.code }),
      new CommandStep({ name: 'b', command: 'true', sourceDirectory: box.code }),
    ];
    a.runAfter(b);
    b.runAfter(a);
    expect(() => new Pipeline({ workspace: home, steps: [a, b] })).toThrow(/wait for each other: a → b → a|wait for each other: b → a → b/);
    expect(() => new Pipeline({ workspace: home, steps: [] })).toThrow(/at least one step/);
    const loose = new PipelineData('loose');
    expect(() => new PythonScriptStep({ scriptName: 'score.py', sourceDirectory: box.code, arguments: [loose] })).toThrow(
      /neither among the inputs nor among the outputs/,
    );
  });

  it('has outputs of its own, destinations and registrations', () => {
    const box = project();
    const home = workspace(box);
    const kept = new PipelineData('kept', { datastore: home.getDefaultDatastore(), pipelineOutputName: 'final' });
    const placed = new OutputFileDatasetConfig({ name: 'placed', destination: [home.getDefaultDatastore(), 'x/{run-id}/{output-name}'] })
      .asUpload()
      .registerOnComplete('asset', { description: 'd' });
    const step = new PythonScriptStep({
      name: 'make',
      scriptName: 'score.py',
      sourceDirectory: box.code,
      outputs: [kept],
      arguments: [kept, placed],
    });
    const { spec } = new Pipeline({ workspace: home, steps: [step] }).compile({});
    expect(Object.keys(spec.outputs)).toEqual(['final']);
    expect(spec.steps.make?.outputs).toMatchObject({
      kept: { binding: '${{parent.outputs.final}}' },
      placed: { path: 'azureml://datastores/workspaceblobstore/paths/x/${{name}}/placed', name: 'asset', description: 'd' },
    });
    expect(spec.steps.make?.outputPorts.placed?.mode).toBe('upload');
    expect(dumpJob(spec)).toContain('final');
  });
});
