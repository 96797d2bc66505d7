/** What an argument becomes when a step reads one output several times: each use has a binding of its own. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Argument,
  CommandStep,
  Environment,
  Estimator,
  EstimatorStep,
  OutputFileDatasetConfig,
  ParallelRunConfig,
  ParallelRunStep,
  Pipeline,
  PipelineData,
  type PipelineStep,
  PythonScriptStep,
  type StepInput,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { programArgumentsText } from '../../../src/language/arguments/write.ts';
import type { Step } from '../../../src/language/types.ts';
import { type Project, project } from './project.ts';

/** How a step can use an output: what stands among its inputs and arguments, and how that input reads (undefined: files). */
interface Use {
  readonly given: StepInput;
  readonly name: string;
  readonly separator: string | undefined;
  readonly mode: string;
}

function outputsOf(kind: 'PipelineData' | 'OutputFileDatasetConfig') {
  if (kind === 'PipelineData') {
    const data = new PipelineData('made');
    const uses: readonly Use[] = [
      { given: data, name: 'made', separator: undefined, mode: 'direct' },
      { given: data.asDataset().asNamedInput('files').asMount(), name: 'files', separator: undefined, mode: 'ro_mount' },
      { given: data.asDownload('fetched'), name: 'fetched', separator: undefined, mode: 'download' },
      { given: data.asDataset().parseDelimitedFiles().asNamedInput('rows'), name: 'rows', separator: ',', mode: 'direct' },
      {
        given: data.asDataset().parseDelimitedFiles({ separator: ';' }).asNamedInput('others'),
        name: 'others',
        separator: ';',
        mode: 'direct',
      },
    ];
    return { output: data, uses };
  }
  const config = new OutputFileDatasetConfig({ name: 'made' });
  const uses: readonly Use[] = [
    { given: config, name: 'made', separator: undefined, mode: 'direct' },
    { given: config.asInput('files'), name: 'files', separator: undefined, mode: 'direct' },
    { given: config.readDelimitedFiles().asInput('rows'), name: 'rows', separator: ',', mode: 'direct' },
    { given: config.readDelimitedFiles({ separator: ';' }).asInput('others'), name: 'others', separator: ';', mode: 'direct' },
  ];
  return { output: config, uses };
}

const STEPS: Readonly<Record<string, (box: Project, inputs: readonly StepInput[], args: readonly Argument[]) => PipelineStep>> = {
  CommandStep: (box, inputs, args) => new CommandStep({ name: 'reads', command: ['cat', ...args], inputs, sourceDirectory: box.code }),
  PythonScriptStep: (box, inputs, args) =>
    new PythonScriptStep({ name: 'reads', scriptName: 'score.py', inputs, arguments: args, sourceDirectory: box.code }),
  EstimatorStep: (box, inputs, args) =>
    new EstimatorStep({
      name: 'reads',
      estimator: new Estimator({ sourceDirectory: box.code, entryScript: 'score.py' }),
      estimatorEntryScriptArguments: args,
      inputs,
      computeTarget: 'cpu',
    }),
  ParallelRunStep: (box, inputs, args) =>
    new ParallelRunStep({
      name: 'reads',
      parallelRunConfig: new ParallelRunConfig({
        environment: new Environment('e'),
        sourceDirectory: box.code,
        entryScript: 'score.py',
        errorThreshold: 10,
        outputAction: 'summary_only',
        computeTarget: 'cpu',
        nodeCount: 1,
      }),
      inputs: [],
      sideInputs: inputs,
      arguments: ['--rank_mini_batch_count', 1, ...args],
    }),
};

/** The inputs that the words behind the labels stand for. */
function boundInputs(step: Step | undefined): readonly string[] {
  const text = step?.type === 'command' ? step.command : step?.type === 'parallel' ? programArgumentsText(step.task.programArguments) : '';
  return [...text.matchAll(/--use \$\{\{inputs\.(\w+)\}\}/g)].map(([, name = '']) => name);
}

describe('an argument', () => {
  it.each(Object.entries(STEPS))('of a %s stands for the one use of an output that it says', (_, make) => {
    const box = project();
    const kind = fc.constantFrom('PipelineData' as const, 'OutputFileDatasetConfig' as const);
    const property = fc.property(
      kind,
      fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      (which, read, said) => {
        const { output, uses } = outputsOf(which);
        const producer = new CommandStep({ name: 'make', command: ['touch', output], outputs: [output], sourceDirectory: box.code });
        const inputs = [...new Set(read.map((index) => uses[index % uses.length]))].filter((use) => use !== undefined);
        const args = said.map((index) => inputs[index % inputs.length]).filter((use) => use !== undefined);
        const step = make(
          box,
          inputs.map(({ given }) => given),
          args.flatMap(({ given }) => ['--use', given]),
        );
        const workspace = new Workspace({ home: box.path('home') });
        const { reads } = new Pipeline({ workspace, steps: [producer, step] }).compile({}).spec.steps;
        expect(boundInputs(reads)).toEqual(args.map(({ name }) => name));
        for (const { name, separator, mode } of inputs) {
          expect(reads?.inputs[name]).toMatchObject({ text: '${{parent.jobs.make.outputs.made}}', mode });
          expect(reads?.tables?.[name]?.transformations[0]).toEqual(
            separator === undefined
              ? undefined
              : expect.objectContaining({ read_delimited: expect.objectContaining({ delimiter: separator }) }),
          );
        }
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  it('that could be one of two inputs, or has only rows, is refused', () => {
    const box = project();
    const data = new PipelineData('made');
    const rows = data.asDataset().parseDelimitedFiles().asNamedInput('rows');
    const [one, two] = [data.asInput('one'), data.asInput('two')];
    const step = (inputs: readonly StepInput[]) =>
      new CommandStep({ name: 'reads', command: ['cat', data], inputs, sourceDirectory: box.code });
    expect(() => step([one, two])).toThrow('made stands among the arguments and is read as one and two.');
    expect(() => step([rows])).toThrow('the step reads only the rows of it, as rows');
    expect(step([one, rows]).words).toEqual([{ kind: 'input', name: 'one' }]);
  });

  it.each([[undefined], [null], [{}], [['--x']]])('cannot be %j', (argument) => {
    const box = project();
    const args = ['cat', argument] as unknown as readonly Argument[];
    expect(() => new CommandStep({ name: 'reads', command: args, sourceDirectory: box.code })).toThrow(/An argument must be text/);
  });
});
