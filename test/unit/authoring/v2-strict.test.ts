/** What a program hands over is judged at run time too: the compiler sees only what is written out where it is used. */
import { describe, expect, it } from 'vitest';
import {
  BatchRetrySettings,
  command,
  Data,
  Environment,
  Input,
  ManagedIdentityConfiguration,
  MLClient,
  ParallelJob,
  ParallelTask,
  parallelRunFunction,
  pipeline,
  RequestError,
  RunFunction,
} from '../../../src/authoring/v2/index.ts';
import { type Project, project } from './project.ts';

/** As a program without types would call it. */
type Loose = (...args: unknown[]) => Record<string, unknown>;
const loose = (callee: unknown) => callee as Loose;
const make = (type: unknown, ...args: unknown[]): unknown => Reflect.construct(type as new () => object, args);

function options(box: Project) {
  return {
    name: 'score',
    inputs: { texts: new Input({ type: 'uri_folder', path: box.data }), level: 'INFO' },
    outputs: { rows: { type: 'uri_file' as const } },
    inputData: '${{inputs.texts}}',
    task: { code: box.code, entryScript: 'score.py', appendRowTo: '${{outputs.rows}}' },
  };
}

describe('names that are not there', () => {
  it.each<[string, (box: Project) => unknown, RegExp]>([
    [
      'a component',
      (box) => loose(parallelRunFunction)({ ...options(box), ...{ miniBatchSzie: 5 } }),
      /^miniBatchSzie: .*Did you mean "miniBatchSize"/,
    ],
    ['a command', () => loose(command)({ command: 'date', frobnicate: 5 }), /^frobnicate: Unknown key "frobnicate"\. Known: /],
    [
      'its task',
      (box) => loose(parallelRunFunction)({ ...options(box), task: { entryScrpt: 'x' } }),
      /^task\.entryScrpt: .*Did you mean "entryScript"/,
    ],
    [
      'an environment in it',
      (box) => loose(parallelRunFunction)({ ...options(box), task: { environment: { imgae: 'i' } } }),
      /^task\.environment\.imgae: .*"image"/,
    ],
    [
      'an input of a call',
      (box) => loose(parallelRunFunction(options(box)))({ txts: './in' }),
      /^inputs\.txts: "score" has no input "txts"\. Did you mean "texts"/,
    ],
    [
      'an output of a call',
      (box) => loose(parallelRunFunction(options(box)))({}, { outputs: { rws: {} } }),
      /^outputs\.rws: "score" has no output "rws"\. Did you mean "rows"/,
    ],
    ['an option of a call', (box) => loose(parallelRunFunction(options(box)))({}, { miniBatchSzie: 5 }), /^miniBatchSzie: /],
    [
      'what an input is given',
      (box) => loose(parallelRunFunction(options(box)))({ texts: { pth: './in' } }),
      /^inputs\.texts\.pth: .*Did you mean "path"/,
    ],
    ['a job', (box) => make(ParallelJob, { ...options(box), displyName: 'x' }), /^displyName: .*Did you mean "displayName"/],
    ['a pipeline', () => loose(pipeline)({ nme: 'x' }, () => undefined), /^nme: .*Did you mean "name"/],
    ['a client', () => make(MLClient, { hoem: 'x' }), /^hoem: .*Did you mean "home"/],
    ['data', () => make(Data, { name: 'x', paht: './in' }), /^data\.paht: .*Did you mean "path"/],
    ['an identity', () => make(ManagedIdentityConfiguration, { clintId: 'x' }), /^identity\.clintId: .*Did you mean "clientId"/],
    ['retries', () => make(BatchRetrySettings, { maxRetry: 1 }), /^retrySettings\.maxRetry: .*Did you mean "maxRetries"/],
  ])('are refused in the options of %s', (_what, work, message) => {
    const box = project();
    expect(() => work(box)).toThrow(RequestError);
    expect(() => work(box)).toThrow(message);
  });

  it.each<[string, (client: MLClient) => Promise<unknown>, RegExp]>([
    ['jobs.createOrUpdate', ({ jobs }) => jobs.createOrUpdate(command({ command: 'date' }), { nme: 'x' } as object), /^nme: .*"name"/],
    ['jobs.list', ({ jobs }) => jobs.list({ lmit: 1 } as object), /^lmit: .*"limit"/],
    ['jobs.download', ({ jobs }) => jobs.download({ name: 'x', outptName: 'y' } as { name: string }), /^outptName: .*"outputName"/],
    ['jobs.stream', async ({ jobs }) => jobs.stream('x', { form: 1 } as object).next(), /^form: .*"from"/],
    ['jobs.get', ({ jobs }) => jobs.get(undefined as never), /^name: Expected the name of a job, found nothing/],
    ['data.createOrUpdate', ({ data }) => data.createOrUpdate({ name: 'x', paht: '.' } as never), /^data\.paht: .*"path"/],
    ['data.get', ({ data }) => data.get('x', { vrsion: 1 } as object), /^vrsion: .*"version"/],
    ['components.createOrUpdate', ({ components }) => components.createOrUpdate(5 as never), /Expected a component or a pipeline function/],
    [
      'a job that is none',
      ({ jobs }) => jobs.createOrUpdate('job.yml' as never),
      /Expected a job or a component, found "job\.yml"\. A file is read with loadJob/,
    ],
  ])('are refused by the client: %s', async (_what, work, message) => {
    const client = new MLClient({ home: project().path('home') });
    const error: unknown = await work(client).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RequestError);
    expect(String(error).replace('RequestError: ', '')).toMatch(message);
  });

  it('are refused in the inputs of a pipeline, where its function never reads them', () => {
    const box = project();
    const score = parallelRunFunction(options(box));
    const nightly = pipeline({ name: 'nightly' }, (inputs: { texts: Input; more?: Input }) => ({
      rows: score({ texts: inputs.texts, level: inputs.more }).outputs.rows,
    }));
    expect(() => loose(nightly)({ txts: { path: box.data } })).toThrow(/^inputs\.txts: .*never reads it\. Did you mean "texts"/);
    expect(() => loose(nightly)({ texts: { path: box.data }, other: 1 })).toThrow(/^inputs\.other: .*It reads: texts, more/);
    expect(() => loose(nightly)({ texts: { path: box.data } }, { outputs: { rws: {} } })).toThrow(/^outputs\.rws: .*Did you mean "rows"/);
  });

  it('are refused where they are read or set: nothing is swallowed', () => {
    const box = project();
    const score = parallelRunFunction(options(box));
    const inside = (work: (step: Record<string, Record<string, unknown>>) => void) => () =>
      pipeline(() => work(score() as unknown as Record<string, Record<string, unknown>>))();
    expect(inside((step) => step.outputs?.rws)).toThrow(/no output of the step "score" called "rws"\. Did you mean "rows"/);
    expect(inside((step) => step.inputs?.txts)).toThrow(/no input of the step "score" called "txts"\. Did you mean "texts"/);
    expect(inside((step) => Object.assign(step, { compte: 'cpu' }))).toThrow(/no attribute "compte" to be set\. Did you mean "compute"/);
    expect(() => Object.assign(new RunFunction({ entryScript: 'a.py' }), { entryScrpt: 'b.py' })).toThrow(/Did you mean "entryScript"/);
  });
});

describe('values that cannot be', () => {
  it.each<[string, unknown, RegExp]>([
    ['shmSize', 'abc', /^shmSize: Expected a size: .*found "abc"/],
    ['loggingLevel', 'ERROR', /^loggingLevel: Expected one of DEBUG, INFO, WARNING/],
    ['name', 5, /^name: Expected text, found 5/],
    ['inputs', 5, /^inputs: Expected a mapping, found 5/],
    ['identity', 'me', /^identity: /],
    ['task', () => 1, /^task: .*found a function/],
    ['tags', { a: 1 }, /^tags\.a: Expected text, found 1/],
  ])('%s', (key, value, message) => {
    const box = project();
    expect(() => loose(parallelRunFunction)({ ...options(box), [key]: value })).toThrow(message);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['parallelRunFunction()', () => loose(parallelRunFunction)(), /parallelRunFunction takes an object of options, found nothing/],
    ['command([])', () => loose(command)([]), /command takes an object of options, found an empty list/],
    ['pipeline()', () => loose(pipeline)(), /pipeline takes an object of options, found nothing/],
    ['pipeline({})', () => loose(pipeline)({}), /needs a function/],
    ['new RunFunction()', () => make(RunFunction), /^task\.entryScript: .*required/],
    ['new ParallelTask(5)', () => make(ParallelTask, 5), /ParallelTask takes an object of options, found 5/],
    ['new Environment()', () => make(Environment), /Environment takes an object of options, found nothing/],
    ['new ParallelJob()', () => make(ParallelJob), /ParallelJob takes an object of options, found nothing/],
  ])('no raw TypeError from %s', (_what, work, message) => {
    expect(work).toThrow(RequestError);
    expect(work).toThrow(message);
  });
});
