/** Steps, jobs and tasks are changed after they were made, as Azure's public examples do; what is set is judged. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  command,
  Input,
  loadComponent,
  loadJob,
  MLClient,
  Output,
  ParallelJob,
  ParallelTask,
  parallelRunFunction,
  pipeline,
  RunFunction,
} from '../../../src/authoring/v2/index.ts';
import { parseMiniBatchSize } from '../../../src/language/mini-batch-size.ts';
import { type Project, project } from './project.ts';

function scoring(box: Project) {
  return parallelRunFunction({
    name: 'score',
    inputs: { texts: new Input({ type: 'uri_folder', path: box.data }), level: 'INFO' },
    outputs: { rows: { type: 'uri_file' } },
    inputData: '${{inputs.texts}}',
    retrySettings: { maxRetries: 1 },
    task: new RunFunction({ code: box.code, entryScript: 'score.py', appendRowTo: '${{outputs.rows}}' }),
  });
}

describe('a step', () => {
  it('is changed by its attributes, and no other step of the component with it', () => {
    const box = project();
    const score = scoring(box);
    const { spec } = pipeline(() => {
      const step = score();
      step.name = 'first';
      step.compute = 'gpu';
      step.miniBatchSize = 3;
      step.resources.instanceCount = 2;
      step.resources = { shmSize: '2g' };
      step.task.programArguments = '--fast 1';
      step.retrySettings.timeout = 9;
      step.inputs.texts.mode = 'direct';
      step.outputs.rows.path = box.path('rows.txt');
      step.outputs.rows.mode = 'upload';
      const other = score();
      expect([other.miniBatchSize, other.retrySettings.maxRetries, other.task.programArguments]).toEqual([undefined, 1, undefined]);
      return { rows: step.outputs.rows };
    })();
    expect(Object.keys(spec.steps)).toEqual(['first', 'score']);
    expect(spec.steps.first).toMatchObject({
      compute: 'gpu',
      resources: { instanceCount: 2, shmSize: '2g' },
      settings: { miniBatchSize: parseMiniBatchSize(3), maxRetries: 1, timeout: 9 },
      inputs: { texts: { path: box.data, mode: 'direct' } },
      task: { programArguments: [{ kind: 'script' }, { kind: 'script' }] },
    });
    expect(spec.steps.score).toMatchObject({ settings: { maxRetries: 1, timeout: 60 }, task: { programArguments: [] } });
    expect(spec.outputs.rows).toMatchObject({ path: box.path('rows.txt'), mode: 'upload' });
  });

  it('keeps what it was when it is given what cannot be', () => {
    const box = project();
    const job = scoring(box)({}, { miniBatchSize: 4 });
    expect(() => {
      job.miniBatchSize = '5 kb';
    }).toThrow(/^miniBatchSize: Expected a number of files/);
    expect(() => job.setResources({ instanceCount: 0 })).toThrow(/^instanceCount: Expected an integer from 1/);
    expect(() => {
      job.inputs.texts.mode = 'dowload' as never;
    }).toThrow(/mode: Expected one of .*Did you mean "download"/);
    expect(() => {
      job.outputs.rows.type = 'uri_fle' as never;
    }).toThrow(/type: Expected one of/);
    expect(job.miniBatchSize).toBe(4);
    expect(job.spec.steps.main).toMatchObject({ settings: { miniBatchSize: parseMiniBatchSize(4) } });
  });

  it('has an output directed by another one, and refuses what its resources have not', () => {
    const job = scoring(project())();
    Object.assign(job.outputs, { rows: new Output({ path: './rows.csv', mode: 'upload' }) });
    expect(job.spec.steps.main?.outputs.rows).toMatchObject({
      type: 'uri_file',
      path: expect.stringMatching(/rows\.csv$/),
      mode: 'upload',
    });
    expect(() => Object.assign(job.resources, { instanceCnt: 2 })).toThrow(/Did you mean "instanceCount"/);
    expect(() => Object.assign(job.outputs, { rows: { pth: 'x' } })).toThrow(/^output\.pth: .*"path"/);
  });

  it('of a command has its limits and queue set', () => {
    const job = command({ command: 'date', instanceCount: 1 })();
    job.setLimits({ timeout: 9 });
    job.setQueueSettings({ priority: 'low' });
    job.command = 'sleep 1';
    job.environmentVariables = { A: 'b' };
    expect(job.spec.steps.main).toMatchObject({ command: 'sleep 1', timeout: 9, environmentVariables: { A: 'b' } });
  });
});

describe('a job', () => {
  it('of a pipeline has settings', () => {
    const box = project();
    const score = scoring(box);
    const job = pipeline({ name: 'p', defaultCompute: 'cpu' }, () => ({ rows: score().outputs.rows }))();
    job.settings.continueOnStepFailure = true;
    job.settings.forceRerun = true;
    job.experimentName = 'nights';
    job.tags = { a: 'b' };
    job.outputs.rows.path = box.path('rows.txt');
    expect(job.spec).toMatchObject({
      settings: { defaultCompute: 'cpu', continueOnStepFailure: true, forceRerun: true },
      experimentName: 'nights',
      tags: { a: 'b' },
      outputs: { rows: { path: box.path('rows.txt') } },
    });
    expect(() => Object.assign(job.settings, { defaultComput: 'x' })).toThrow(/Did you mean "defaultCompute"/);
  });

  it('from a file is changed like one of a program, and dumped with its changes', () => {
    const box = project();
    scoring(box)().dump(box.path('job.yml'));
    const job = loadJob(box.path('job.yml'));
    job.miniBatchSize = 7;
    if (job.task !== undefined) job.task.programArguments = '--x';
    job.dump(box.path('changed.yml'));
    expect(loadJob(box.path('changed.yml')).spec.steps.main).toMatchObject({
      settings: { miniBatchSize: parseMiniBatchSize(7), maxRetries: 1 },
      task: { programArguments: [{ kind: 'script' }] },
    });
  });

  it('of ParallelJob shows what it is made of', () => {
    const box = project();
    const job = new ParallelJob({
      inputs: { texts: { path: box.data } },
      outputs: { rows: { type: 'uri_file' } },
      inputData: '${{inputs.texts}}',
      miniBatchSize: 2,
      task: { code: box.code, entryScript: 'score.py' },
    });
    expect([job.type, job.status, job.name, job.miniBatchSize, job.task.entryScript, job.inputs.texts?.path]).toEqual([
      'parallel',
      undefined,
      undefined,
      2,
      'score.py',
      box.data,
    ]);
    expect(inspect(job)).toContain("inputData: '${{inputs.texts}}'");
  });
});

describe('settings that inputs of the pipeline decide', () => {
  it('have their values when the pipeline is called', () => {
    const box = project();
    const score = scoring(box);
    type Inputs = { size: Input; level: Input; count: Input; cpu: Input };
    const nightly = pipeline({ name: 'nightly' }, (inputs: Inputs) => {
      const step = score({}, { loggingLevel: inputs.level, retrySettings: { timeout: inputs.count }, compute: inputs.cpu });
      step.miniBatchSize = inputs.size;
      step.setResources({ instanceCount: inputs.count });
      step.errorThreshold = inputs.count;
      parallelRunFunction({
        name: 'inner',
        inputs: { texts: { path: box.data } },
        inputData: '${{inputs.texts}}',
        maxConcurrencyPerInstance: inputs.count,
        task: { code: box.code, entryScript: 'score.py' },
      })();
    });
    const { spec } = nightly({ size: '10kb', level: 'DEBUG', count: 3, cpu: 'gpu' });
    expect(spec.steps).toMatchObject({
      score: {
        compute: 'gpu',
        resources: { instanceCount: 3 },
        settings: { miniBatchSize: parseMiniBatchSize('10kb'), loggingLevel: 'DEBUG', timeout: 3, errorThreshold: 3 },
      },
      inner: { settings: { maxConcurrencyPerInstance: 3 } },
    });
    expect(() => nightly({ size: '10kb', level: 'LOUD', count: 3, cpu: 'gpu' })).toThrow(/^score\.loggingLevel: Expected one of DEBUG/);
  });

  it('cannot be decided by an input of another pipeline, nor by data that is no input of one', () => {
    const score = scoring(project());
    const outer = pipeline((inputs: { size: Input }) => {
      pipeline(() => {
        score({}, { miniBatchSize: inputs.size });
      })();
    });
    expect(() => outer({ size: 3 })).toThrow(/can only be used in the pipeline function that received it/);
    expect(() => score({}, { miniBatchSize: new Input({ path: './in' }) })).toThrow(/^miniBatchSize: Expected a number of files/);
  });
});

describe('a pipeline that declares its inputs', () => {
  const declared = (box: Project) => {
    const score = scoring(box);
    return pipeline({ name: 'nightly', inputs: { texts: { type: 'uri_folder' }, level: 'DEBUG' } }, (inputs) => {
      const step = score({ texts: inputs.texts }, { loggingLevel: inputs.level });
      return { rows: step.outputs.rows };
    });
  };

  it('has defaults', () => {
    const box = project();
    const { spec } = declared(box)({ texts: box.data });
    expect(spec.inputs).toMatchObject({ texts: { path: box.data }, level: { value: 'DEBUG' } });
    expect(spec.steps.score).toMatchObject({ settings: { loggingLevel: 'DEBUG' } });
  });

  it('is registered like any component', async () => {
    const box = project();
    const { components } = new MLClient({ home: box.path('home') });
    expect(await components.createOrUpdate(declared(box))).toMatchObject({ name: 'nightly', version: '1' });
    const nightly = await components.get<'texts' | 'level', 'rows'>('nightly', 1);
    expect(nightly({ texts: box.data, level: 'WARNING' }).spec.steps.score).toMatchObject({ settings: { loggingLevel: 'WARNING' } });
    const undeclared = pipeline({ name: 'open' }, (inputs: { texts: Input }) => {
      scoring(box)({ texts: inputs.texts });
    });
    await expect(components.createOrUpdate(undeclared)).rejects.toThrow(/reads the inputs texts, whose types nobody says/);
  });
});

describe('a task', () => {
  it('is set by attribute, judged, and shows itself', () => {
    const task = new ParallelTask();
    task.entryScript = 'score.py';
    task.environment = { image: 'i' };
    expect(() => {
      task.code = 5 as never;
    }).toThrow(/^task\.code: Expected text/);
    expect([task.get('entry_script'), task.get('code'), task.hasKey('model')]).toEqual(['score.py', undefined, true]);
    expect(JSON.parse(JSON.stringify(task))).toEqual({ type: 'run_function', entryScript: 'score.py', environment: { image: 'i' } });
    expect(inspect(task)).toBe("ParallelTask {\n  type: 'run_function',\n  entryScript: 'score.py',\n  environment: { image: 'i' }\n}");
  });

  it('takes a model with a script, which has no effect here and is said once', async () => {
    const box = project();
    const told: string[] = [];
    const note = (warning: Error) => told.push(warning.message);
    process.on('warning', note);
    const make = () => {
      const task = new RunFunction({ code: box.code, entryScript: 'score.py', model: './model' });
      return parallelRunFunction({ inputs: { texts: { path: box.data } }, inputData: '${{inputs.texts}}', task });
    };
    expect(make()().spec.steps.main).toMatchObject({ task: { type: 'run_function', entryScript: 'score.py' } });
    make();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(told.filter((line) => line.startsWith('task.model'))).toHaveLength(1);
  });
});

it('a dumped job names computes and datastores as azure-ai-ml reads them', () => {
  const box = project();
  const score = scoring(box);
  const job = pipeline({ name: 'p', defaultCompute: 'cpu', defaultDatastore: 'store' }, () => {
    score({}, { compute: 'gpu' });
  })();
  job.dump(box.path('job.yml'));
  const text = readFileSync(box.path('job.yml'), 'utf8');
  expect(text).toMatch(/default_compute: azureml:cpu\n +default_datastore: azureml:store/);
  expect(text).toContain('compute: azureml:gpu');
  expect(loadJob(box.path('job.yml')).spec.settings).toMatchObject({ defaultCompute: 'cpu', defaultDatastore: 'store' });
});

it('a component from a file is judged when it is called', () => {
  const box = project();
  scoring(box).dump(box.path('score.yml'));
  const loaded = loadComponent(box.path('score.yml'));
  const job = loaded({ texts: box.data, level: 'INFO' });
  if (job.task !== undefined) job.task.programArguments = '--x';
  expect(job.spec.steps.main).toMatchObject({ task: { entryScript: 'score.py', programArguments: [{ kind: 'script' }] } });
  expect(() => loaded({ txts: './in' })).toThrow(/^inputs\.txts: "score" has no input "txts"/);
  expect(() => loaded({}, { timeout: 5 } as never)).toThrow(/^timeout: Unknown key "timeout"/);
});
