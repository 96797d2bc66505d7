import { describe, expect, it } from 'vitest';
import {
  CommandStep,
  Environment,
  Estimator,
  EstimatorStep,
  type EstimatorStepOptions,
  Mpi,
  MpiConfiguration,
  Nccl,
  ParameterServer,
  Pipeline,
  PipelineParameter,
  type PipelineStep,
  PyTorch,
  PyTorchConfiguration,
  PythonScriptStep,
  RunConfiguration,
  ScriptRunConfig,
  TensorFlow,
  TensorflowConfiguration,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { type Project, project } from './project.ts';

function compiled(box: Project, step: PipelineStep, pipelineParameters: Record<string, number | string> = {}) {
  const { spec } = new Pipeline({ workspace: new Workspace({ home: box.path('home') }), steps: [step] }).compile({ pipelineParameters });
  const [only] = Object.values(spec.steps);
  if (only?.type !== 'command') throw new Error('expected a command step');
  return only;
}

describe('CommandStep', () => {
  it('keeps a command as it is, and puts words behind the first of a list', () => {
    const box = project();
    expect(compiled(box, new CommandStep({ command: 'ls -l | wc > x', sourceDirectory: box.code })).command).toBe('ls -l | wc > x');
    const words = new CommandStep({
      command: ['echo -n', 'two words', 3, true, new PipelineParameter({ name: 'p', defaultValue: "it's" })],
      sourceDirectory: box.code,
    });
    expect(compiled(box, words).command).toBe(`echo -n 'two words' 3 True 'it'\\''s'`);
    expect(words.name).toBe('CommandStep_echo');
  });

  it('takes command, code, environment and processes from a ScriptRunConfig', () => {
    const box = project();
    const environment = new Environment('e');
    environment.docker.baseImage = 'image';
    const source = new ScriptRunConfig({
      sourceDirectory: box.code,
      command: 'python score.py',
      environment,
      computeTarget: 'gpu',
      distributedJobConfig: new PyTorchConfiguration({ processCount: 4, nodeCount: 2 }),
      maxRunDurationSeconds: 30,
    });
    expect(compiled(box, new CommandStep({ name: 'train', runconfig: source }))).toMatchObject({
      command: 'python score.py',
      code: { path: box.code },
      environment: { image: 'image' },
      compute: 'gpu',
      distribution: { type: 'pytorch', processCountPerInstance: 2 },
      resources: { instanceCount: 2 },
      timeout: 30,
    });
  });

  it('refuses to be without a command or a folder', () => {
    expect(() => new CommandStep({ name: 'x' })).toThrow(/A command is required/);
    expect(() => new CommandStep({ command: 'ls', sourceDirectory: '/nowhere/at/all' })).toThrow(/no folder at/);
  });
});

describe('PythonScriptStep', () => {
  it('gives params as environment variables and quotes arguments', () => {
    const box = project();
    const step = new PythonScriptStep({
      scriptName: 'score.py',
      sourceDirectory: box.code,
      arguments: ['--x', 'a b'],
      params: { rate: new PipelineParameter({ name: 'rate', defaultValue: 1 }) },
    });
    expect(compiled(box, step, { rate: 2 })).toMatchObject({
      command: "python score.py --x 'a b'",
      environmentVariables: { AML_PARAMETER_rate: '2' },
    });
  });

  it('sets properties of its run configuration by parameters, and no others', () => {
    const box = project();
    const runconfig = new RunConfiguration();
    runconfig.communicator = 'OpenMpi';
    runconfig.mpi.processCountPerNode = 2;
    const parameter = new PipelineParameter({ name: 'nodes', defaultValue: 3 });
    const options = { scriptName: 'score.py', sourceDirectory: box.code, runconfig };
    const step = new PythonScriptStep({ ...options, runconfigPipelineParams: { NodeCount: parameter } });
    expect(compiled(box, step, { nodes: 4 })).toMatchObject({
      resources: { instanceCount: 4 },
      distribution: { type: 'mpi', processCountPerInstance: 2 },
    });
    expect(() => compiled(box, step, { nodes: 0 })).toThrow(/NodeCount must be a whole number from 1 on, found 0/);
    expect(() => new PythonScriptStep({ ...options, runconfigPipelineParams: { Nodes: parameter } as never })).toThrow(
      /Nodes cannot be set by a pipeline parameter\. Allowed: NodeCount/,
    );
    expect(() => new PythonScriptStep({ ...options, scriptName: 'no.py' })).toThrow(/There is no script/);
  });
});

describe('EstimatorStep', () => {
  const options = (
    box: Project,
    estimator = new Estimator({ sourceDirectory: box.code, entryScript: 'score.py' }),
  ): EstimatorStepOptions => ({
    name: 'train',
    estimator,
    estimatorEntryScriptArguments: ['--epochs', 3],
    computeTarget: 'gpu',
  });

  it("is a command with the estimator's processes", () => {
    const box = project();
    const kinds: [Estimator, unknown][] = [
      [new Estimator({ sourceDirectory: box.code, entryScript: 'score.py' }), undefined],
      [
        new Estimator({ sourceDirectory: box.code, entryScript: 'score.py', nodeCount: 2, processCountPerNode: 3 }),
        { type: 'mpi', processCountPerInstance: 3 },
      ],
      [
        new Estimator({
          sourceDirectory: box.code,
          entryScript: 'score.py',
          distributedTraining: new MpiConfiguration({ processCountPerNode: 2 }),
        }),
        { type: 'mpi', processCountPerInstance: 2 },
      ],
      [
        new TensorFlow({
          sourceDirectory: box.code,
          entryScript: 'score.py',
          distributedBackend: 'ps',
          workerCount: 2,
          parameterServerCount: 1,
        }),
        { type: 'tensorflow', workerCount: 2, parameterServerCount: 1 },
      ],
      [
        new TensorFlow({
          sourceDirectory: box.code,
          entryScript: 'score.py',
          distributedTraining: new TensorflowConfiguration({ workerCount: 3 }),
        }),
        { type: 'tensorflow', workerCount: 3, parameterServerCount: 1 },
      ],
      [
        new PyTorch({
          sourceDirectory: box.code,
          entryScript: 'score.py',
          nodeCount: 2,
          distributedTraining: new PyTorchConfiguration({ processCount: 4 }),
        }),
        { type: 'pytorch', processCountPerInstance: 2 },
      ],
    ];
    for (const [estimator, distribution] of kinds) {
      const step = compiled(box, new EstimatorStep(options(box, estimator)));
      expect(step.distribution).toEqual(distribution);
      expect(step).toMatchObject({ command: 'python score.py --epochs 3', compute: 'gpu' });
    }
  });

  it('runs on as many nodes as a parameter says, and by the older names of backends', () => {
    const box = project();
    const nodes = new PipelineParameter({ name: 'nodes', defaultValue: 1 });
    const step = new EstimatorStep({ ...options(box), runconfigPipelineParams: { NodeCount: nodes } });
    expect(compiled(box, step).distribution).toBeUndefined();
    expect(compiled(box, step, { nodes: 3 })).toMatchObject({
      resources: { instanceCount: 3 },
      distribution: { type: 'mpi', processCountPerInstance: 1 },
    });
    const script = { sourceDirectory: box.code, entryScript: 'score.py', nodeCount: 2 };
    const distributions = [
      new PyTorch({ ...script, distributedBackend: 'Gloo' }),
      new PyTorch({ ...script, distributedBackend: 'nccl', processCountPerNode: 2 }),
      new PyTorch({ ...script, distributedTraining: new Nccl() }),
      new Estimator({ ...script, distributedTraining: new Mpi({ processCountPerNode: 4 }) }),
      new TensorFlow({ ...script, distributedTraining: new ParameterServer(3, 2) }),
    ].map((estimator) => compiled(box, new EstimatorStep(options(box, estimator))).distribution);
    expect(distributions).toEqual([
      { type: 'pytorch', processCountPerInstance: 1 },
      { type: 'pytorch', processCountPerInstance: 2 },
      { type: 'pytorch', processCountPerInstance: 1 },
      { type: 'mpi', processCountPerInstance: 4 },
      { type: 'tensorflow', workerCount: 3, parameterServerCount: 2 },
    ]);
  });

  it('tells once what is of a cloud alone', async () => {
    const box = project();
    const told: string[] = [];
    const hear = ({ name, message }: Error) => told.push(`${name}: ${message}`);
    process.on('warning', hear);
    const script = { sourceDirectory: box.code, entryScript: 'score.py' };
    for (const _ of [1, 2]) new Estimator({ ...script, vmSize: 'STANDARD_D2_V2', useDocker: true, useGpu: false });
    await new Promise((next) => setImmediate(next));
    process.off('warning', hear);
    expect(told.filter((each) => each.startsWith('Estimator: '))).toEqual([
      'Estimator: vmSize, useDocker: of a cloud; without effect on your own machines.',
    ]);
    expect(() => new Estimator({ ...script, vmSize: 2 as never })).toThrow('vmSize must be text, found 2.');
  });

  it('refuses what it cannot use', () => {
    const box = project();
    const make = (changes: Partial<Record<keyof EstimatorStepOptions, unknown>>) => () =>
      new EstimatorStep({ ...options(box), ...changes } as EstimatorStepOptions);
    const estimator = (changes: object) => new Estimator({ sourceDirectory: box.code, entryScript: 'score.py', ...changes });
    expect(make({ estimator: undefined })).toThrow(/estimator must be an Estimator, found nothing/);
    expect(make({ computeTarget: undefined })).toThrow(/computeTarget must be the name of a compute, found nothing/);
    expect(make({ estimatorEntryScriptArguments: undefined })).toThrow(/must be a list \(an empty one/);
    expect(make({ estimator: estimator({ scriptParams: { '--x': 1 } }) })).toThrow(/has scriptParams.*estimatorEntryScriptArguments/);
    expect(make({ estimator: estimator({ inputs: ['x'] }) })).toThrow(/has inputs/);
    expect(make({ estimator: estimator({ resumeFrom: 'checkpoints' }) })).toThrow(/has resumeFrom/);
    expect(() => estimator({ maxRunDurationSeconds: 0 })).toThrow(/maxRunDurationSeconds must be a whole number of seconds from 1 on/);
    expect(() => estimator({ environmentDefinition: new Environment('e'), pipPackages: ['x'] })).toThrow(
      /environmentDefinition and pipPackages/,
    );
    expect(() => estimator({ shmSize: 'abc' })).toThrow(/shmSize must be a size such as 512m or 2g, found "abc"/);
    expect(() => estimator({ nodeCount: 0 })).toThrow(/nodeCount must be an integer from 1 on/);
    expect(() => new PyTorchConfiguration({ communicationBackend: 'mpi' })).toThrow(
      /communicationBackend must be Nccl or Gloo, found "mpi"/,
    );
  });

  it('says once for each process that it is deprecated, and what to use', async () => {
    const box = project();
    const { execFileSync } = await import('node:child_process');
    const index = new URL('../../../src/authoring/v1/index.ts', import.meta.url).pathname;
    const program = `
      import { Estimator, EstimatorStep } from ${JSON.stringify(index)};
      for (const name of ['a', 'b']) new EstimatorStep({ name, computeTarget: 'c', estimatorEntryScriptArguments: [],
        estimator: new Estimator({ sourceDirectory: ${JSON.stringify(box.code)}, entryScript: 'score.py' }) });
      process.on('warning', (warning) => console.log(warning.name + ': ' + warning.message));`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], { encoding: 'utf8' });
    expect(printed).toBe('DeprecationWarning: EstimatorStep is deprecated. Use CommandStep instead.\n');
  });
});
