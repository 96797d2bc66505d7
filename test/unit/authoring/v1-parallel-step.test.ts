import { describe, expect, it } from 'vitest';
import {
  Dataset,
  Environment,
  Graph,
  OutputFileDatasetConfig,
  ParallelRunConfig,
  type ParallelRunConfigOptions,
  ParallelRunStep,
  type ParallelRunStepOptions,
  PipelineData,
  PipelineParameter,
} from '../../../src/authoring/v1/index.ts';
import { type Project, project } from './project.ts';

function config(box: Project, changes: Partial<ParallelRunConfigOptions> = {}): ParallelRunConfig {
  return new ParallelRunConfig({
    environment: new Environment('e'),
    sourceDirectory: box.code,
    entryScript: 'score.py',
    errorThreshold: 0,
    outputAction: 'append_row',
    computeTarget: 'cpu',
    nodeCount: 1,
    ...changes,
  });
}

async function options(box: Project, changes: Partial<ParallelRunStepOptions> = {}): Promise<ParallelRunStepOptions> {
  const files = await Dataset.File.fromFiles(box.data);
  return {
    name: 'score',
    parallelRunConfig: config(box),
    inputs: [files.asNamedInput('files')],
    output: new PipelineData('rows'),
    ...changes,
  };
}

describe('ParallelRunStep', () => {
  it.each(['ab', 'Score', '1score', 'score-', 'sco_re', 'a'.repeat(33), ''])('refuses the name %j', async (name) => {
    const wrong = await options(project(), { name });
    expect(() => new ParallelRunStep(wrong)).toThrow(/The step name .* is not allowed/);
  });

  it.each([
    [['value'], /must begin with an option/],
    [['--x', 'y', '--mini_batch_size', '5'], /--mini_batch_size is the step's own argument/],
    [['--output=x'], /--output is the step's own argument/],
  ])('refuses the arguments %j', async (args, message) => {
    const wrong = await options(project(), { arguments: args });
    expect(() => new ParallelRunStep(wrong)).toThrow(message);
  });

  it('needs an input to split, or --rank_mini_batch_count', async () => {
    const box = project();
    const none = await options(box, { inputs: [] });
    expect(() => new ParallelRunStep(none)).toThrow(/at least one input to split/);
    expect(() => new ParallelRunStep({ ...none, arguments: ['--rank_mini_batch_count', '0'] })).toThrow(/at least one input/);
    expect(new ParallelRunStep({ ...none, arguments: ['--rank_mini_batch_count', '4'] }).inputs).toEqual([]);
    const count = new PipelineParameter({ name: 'count', defaultValue: 4 });
    expect(new ParallelRunStep({ ...none, output: new PipelineData('o'), arguments: ['--rank_mini_batch_count', count] }).inputs).toEqual(
      [],
    );
  });

  it('refuses inputs that cannot be split together', async () => {
    const box = project();
    const rows = (await Dataset.Tabular.fromDelimitedFiles(box.path('in', 'rows.csv'))).asNamedInput('rows');
    const files = (await Dataset.File.fromFiles(box.data)).asNamedInput('files');
    const mixed = await options(box, { inputs: [files, rows] });
    expect(() => new ParallelRunStep(mixed)).toThrow(/of one type; found files \(file\), rows \(tabular\)/);
    expect(() => rows.asMount()).toThrow(/tabular dataset, which cannot be read by mount/);
    const raw = await options(box, { inputs: [new PipelineData('raw')] });
    expect(() => new ParallelRunStep(raw)).toThrow(/PipelineData, which cannot be split.*asDataset/);
    const twice = await options(box, { inputs: [files, (await Dataset.File.fromFiles(box.model)).asNamedInput('files')] });
    expect(() => new ParallelRunStep(twice)).toThrow(/called files/);
    const mounted = await options(box, { inputs: [files.asMount()], parallelRunConfig: config(box, { partitionKeys: ['k'] }) });
    expect(() => new ParallelRunStep(mounted)).toThrow(/split by partition keys and must be read directly/);
    const unnamed = await options(box, { inputs: [(await Dataset.File.fromFiles(box.data)) as never] });
    expect(() => new ParallelRunStep(unnamed)).toThrow(/asNamedInput/);
  });

  it('needs an output only for rows', async () => {
    const box = project();
    const { output: _, ...without } = await options(box);
    expect(() => new ParallelRunStep(without)).toThrow(/append_row needs an output/);
    expect(new ParallelRunStep({ ...without, parallelRunConfig: config(box, { outputAction: 'summary_only' }) }).outputs).toEqual([]);
  });

  it.each<[Partial<ParallelRunConfigOptions>, RegExp]>([
    [{ entryScript: 'no.py' }, /There is no script at .*no\.py/],
    [{ sourceDirectory: '/nowhere/at/all' }, /There is nothing at \/nowhere\/at\/all/],
  ])('refuses code that is not there: %j', async (changes, message) => {
    const box = project();
    const wrong = await options(box, { parallelRunConfig: config(box, changes) });
    expect(() => new ParallelRunStep(wrong)).toThrow(message);
  });

  it('is a node of a graph that is built by hand', async () => {
    const box = project();
    const step = new ParallelRunStep(await options(box, { output: new OutputFileDatasetConfig({ name: 'rows' }), allowReuse: false }));
    const definition = step.createModuleDef({ executionType: 'escloud', version: '7' });
    expect(definition).toMatchObject({
      name: 'score',
      moduleType: 'BatchInferencing',
      allowReuse: false,
      version: '7',
      inputPortDefs: [{ name: 'files', form: 'file' }],
      outputPortDefs: [{ name: 'rows', form: 'file' }],
    });
    const graph = new Graph('by-hand');
    const node = step.createNode(graph);
    expect(graph.nodes).toEqual([node]);
    expect(JSON.parse(String(node.getParam('BatchInferencingMetaData').getValue()))).toMatchObject({
      Name: 'score',
      NodeCount: 1,
      OutputAction: 'append_row',
    });
    expect(() => node.getParam('other')).toThrow(/has no parameter other/);
  });
});
