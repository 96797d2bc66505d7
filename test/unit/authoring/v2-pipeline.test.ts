import { describe, expect, it } from 'vitest';
import { command, type Input, Input as InputClass, loadComponent, loadJob, pipeline } from '../../../src/authoring/v2/index.ts';
import { project } from './project.ts';

const make = command({ name: 'make', outputs: { out: {} }, command: 'date > ${{outputs.out}}/f' });
const read = command({
  name: 'read',
  inputs: { data: { type: 'uri_folder' }, times: { type: 'integer', default: 1 } },
  outputs: { out: { type: 'uri_folder' } },
  command: 'cp -r ${{inputs.data}} ${{outputs.out}}; echo ${{inputs.times}}',
});

describe('pipeline', () => {
  it('wires inputs, outputs of steps and its own outputs as values', () => {
    const box = project();
    const nightly = pipeline(
      { name: 'nightly', defaultCompute: 'cpu', continueOnStepFailure: true },
      (inputs: { data: Input; times: Input }) => {
        const first = read({ data: inputs.data, times: inputs.times });
        const second = read({ data: first.outputs.out, times: 2 }, { name: 'again', compute: 'gpu' });
        return { result: second.outputs.out };
      },
    );
    const { spec } = nightly({ data: { path: box.data }, times: 3 }, { outputs: { result: { path: box.path('out'), mode: 'upload' } } });
    expect(spec).toMatchObject({
      displayName: 'nightly',
      settings: { defaultCompute: 'cpu', continueOnStepFailure: true },
      inputs: { data: { kind: 'data', path: box.data }, times: { kind: 'literal', value: 3 } },
      outputs: { result: { path: box.path('out'), mode: 'upload' } },
      steps: {
        read: { inputs: { data: { text: '${{parent.inputs.data}}' }, times: { text: '${{parent.inputs.times}}' } } },
        again: {
          compute: 'gpu',
          inputs: { data: { text: '${{parent.jobs.read.outputs.out}}' }, times: { value: 2 } },
          outputs: { out: { binding: '${{parent.outputs.result}}' } },
        },
      },
    });
    expect(spec.name).toBeUndefined();
  });

  it('names the steps of one component apart', () => {
    const { spec } = pipeline(() => {
      make();
      make();
      return undefined;
    })();
    expect(Object.keys(spec.steps)).toEqual(['make', 'make_1']);
  });

  it('nests: a pipeline called in another is a step of it', () => {
    const box = project();
    const inner = pipeline({ name: 'inner' }, (inputs: { data: Input }) => ({ out: read({ data: inputs.data }).outputs.out }));
    const outer = pipeline({ name: 'outer' }, (inputs: { data: Input }) => {
      const nested = inner({ data: inputs.data });
      return { end: read({ data: nested.outputs.out }, { name: 'last' }).outputs.out };
    });
    const job = outer({ data: { path: box.data } });
    expect(job.spec.steps).toMatchObject({
      inner: { type: 'pipeline', steps: { read: { outputs: { out: { binding: '${{parent.outputs.out}}' } } } } },
      last: { inputs: { data: { text: '${{parent.jobs.inner.outputs.out}}' } } },
    });
    job.dump(box.path('job.yml'));
    expect(withoutSource(loadJob(box.path('job.yml')).spec)).toEqual(withoutSource(job.spec));
  });

  it('keeps where a step says that its output goes', () => {
    const box = project();
    const { spec } = pipeline(() => ({ made: make({}, { outputs: { out: { path: box.path('there'), name: 'asset' } } }).outputs.out }))();
    expect(spec.outputs.made).toMatchObject({ path: box.path('there'), name: 'asset' });
  });

  it('leaves out an optional input that is not given', () => {
    const box = project();
    const maybe = pipeline((inputs: { data: Input; times?: Input }) => ({
      out: read({ data: inputs.data, times: inputs.times }).outputs.out,
    }));
    expect(Object.keys(maybe({ data: { path: box.data } }).spec.inputs)).toEqual(['data']);
  });

  it('refuses wiring that cannot be meant', () => {
    const box = project();
    const stray = pipeline(() => ({ out: make().outputs.out }))().outputs.out;
    expect(() => pipeline(() => ({ out: read({ data: stray }).outputs.out }))()).toThrow(
      /can only be used in the pipeline function that made the step/,
    );
    expect(() => pipeline(() => ({ mine: stray }))()).toThrow(/"mine", which is no output of one of its steps/);
    expect(() =>
      pipeline(() => {
        const { out } = make().outputs;
        return { a: out, b: out };
      })(),
    ).toThrow(/as "a" and as "b"; one output has one name/);
    expect(() =>
      pipeline(() => {
        make({}, { name: 'x' });
        make({}, { name: 'x' });
        return undefined;
      })(),
    ).toThrow(/Two steps of the pipeline are called "x"/);
    const outer = pipeline((inputs: { data: Input }) => {
      const inner = pipeline(() => ({ out: read({ data: inputs.data }).outputs.out }));
      return { out: inner().outputs.out };
    });
    expect(() => outer({ data: new InputClass({ path: box.data }) })).toThrow(/can only be used in the pipeline function that received it/);
  });

  it('judges a call where it is made', () => {
    const untyped = read as (inputs: Record<string, unknown>) => unknown;
    expect(() =>
      pipeline(() => {
        untyped({ dta: 'x' });
        return undefined;
      })(),
    ).toThrow(/inputs\.dta: "read" has no input "dta"\. Did you mean "data"/);
    const step = { current: make() };
    pipeline(() => {
      step.current = make();
      return undefined;
    })();
    expect(() => step.current.spec).toThrow(/is a step of a pipeline: it cannot be run or written by itself/);
  });
});

describe('components in files', () => {
  it('are written, loaded and called like those of a program', () => {
    const box = project();
    read.dump(box.path('read.yml'));
    const loaded = loadComponent<'data' | 'times', 'out'>(box.path('read.yml'));
    const { spec } = pipeline((inputs: { data: Input }) => ({ out: loaded({ data: inputs.data }).outputs.out }))({
      data: { path: box.data },
    });
    expect(spec.steps.read).toMatchObject({ component: { name: 'read' }, inputs: { data: { text: '${{parent.inputs.data}}' } } });
    expect(loaded({ data: box.data, times: 4 }).spec.steps.main?.inputs.times).toEqual({ kind: 'literal', value: 4 });
    expect(() => loaded({ data: box.data, times: 'many' })).toThrow(/times/);
  });

  it('tell a mistake at its line', () => {
    const box = project();
    expect(() => loadComponent(box.path('missing.yml'))).toThrow(/missing\.yml/);
  });
});

function withoutSource(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value: unknown) => (key === 'source' ? undefined : value)));
}
