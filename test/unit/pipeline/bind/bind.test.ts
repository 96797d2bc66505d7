import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JobSpec, OutputValue } from '../../../../src/language/types.ts';
import { bindInputs } from '../../../../src/pipeline/bind/inputs.ts';
import { locate } from '../../../../src/pipeline/bind/locate.ts';
import { bindOutputs, rowsFile } from '../../../../src/pipeline/bind/outputs.ts';
import { renderCommand, resolver } from '../../../../src/pipeline/bind/render.ts';
import { buildGraph } from '../../../../src/pipeline/graph/step-graph.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { openStore } from '../../../../src/store/store.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { commandStep, jobOf, parallelStep } from '../../../support/specs.ts';

/** A home with a data asset in its datastore and a model of the same name. Paths below the datastore are told as `/store/…`. */
async function home() {
  const directory = temporaryFolder();
  const store = await openStore(directory);
  onTestFinished(() => store.close());
  store.assets.register({
    kind: 'data',
    name: 'thing',
    type: 'uri_folder',
    path: 'azureml://datastores/workspaceblobstore/paths/thing',
    tags: {},
  });
  store.assets.register({ kind: 'model', name: 'thing', type: 'custom_model', path: '/models/thing', tags: {} });
  const root = join(directory, 'datastores/workspaceblobstore');
  return { assets: store.assets, told: (path: string) => path.replace(root, '/store') };
}

type Home = Awaited<ReturnType<typeof home>>;

const facts = { job: 'job1', standalone: false, trial: false, experimentName: 'tests', defaultDatastore: 'workspaceblobstore' };

function places({ assets, told }: Home, spec: JobSpec, step: string) {
  const node = buildGraph(spec).steps.get(step);
  if (node === undefined) throw new Error(`no step ${step}`);
  const outputs = bindOutputs(node, { ...facts, standalone: spec.standalone }, jobLayout('/home', 'job1').step(step), assets);
  const bound = outputs.map((output) => ({ ...output, path: told(output.path) }));
  return { node, bound, paths: Object.fromEntries(bound.map(({ name, path }) => [name, path])) };
}

test('data is found by path, datastore, asset and its long names', async () => {
  const { assets, told } = await home();
  const at = (path: string) => {
    const location = locate(path, 'uri_folder', assets);
    return location.kind === 'local' ? { ...location, path: told(location.path) } : location;
  };
  const local = (path: string) => ({ kind: 'local', path });
  expect(at('/data/x')).toEqual(local('/data/x'));
  expect(at('file:///data/a%20b')).toEqual(local('/data/a b'));
  expect(at('azureml://datastores/workspaceblobstore/paths/a/b/')).toEqual(local('/store/a/b/'));
  expect(at('azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/workspaceblobstore/paths/a')).toEqual(local('/store/a'));
  for (const name of [
    'azureml:thing',
    'azureml:thing:1',
    'azureml:thing@latest',
    'azureml://locations/x/workspaces/y/data/thing/versions/1',
  ]) {
    expect(at(name)).toEqual(local('/store/thing'));
  }
  expect(locate('azureml:thing:1', 'custom_model', assets)).toEqual(local('/models/thing'));
  expect(at('https://host/iris.csv')).toMatchObject({ kind: 'web', address: 'https://host/iris.csv' });
});

test('what can not be reached is said; nothing climbs out of a datastore', async () => {
  const { assets } = await home();
  expect(() => locate('azureml://datastores/workspaceblobstore/paths/../../etc', 'uri_folder', assets)).toThrow('climbs out');
  expect(() => locate('wasbs://container@account/x', 'uri_folder', assets)).toThrow('neither a path on this machine');
  expect(() => locate('azureml:unknown:1', 'uri_folder', assets)).toThrow('unknown');
});

test('outputs go to the job or the step in the default datastore, or where the path says', async () => {
  const box = await home();
  const step = commandStep('x', {
    outputPorts: {
      plain: { type: 'uri_folder' },
      file: { type: 'uri_file' },
      bound: { type: 'uri_folder' },
      artifacts: { type: 'uri_folder' },
    },
    outputs: {
      bound: { binding: '${{parent.outputs.result}}' },
      named: { type: 'uri_file', path: 'azureml://datastores/${{default_datastore}}/paths/${{name}}/${{output_name}}.csv' },
      local: { type: 'uri_file', path: '/out/folder/' },
    },
  });
  expect(places(box, jobOf({ step }, { outputs: { result: {} } }), 'step').paths).toEqual({
    plain: '/store/azureml/job1.step/plain',
    file: '/store/azureml/job1.step/file/file',
    bound: '/store/azureml/job1/result',
    artifacts: '/home/jobs/job1/steps/step/artifacts',
    named: '/store/job1.step/named.csv',
    local: '/out/folder/local',
  });
  const standalone = jobOf({ main: commandStep('x', { outputPorts: { plain: { type: 'uri_folder' } } }) }, { standalone: true });
  expect(places(box, standalone, 'main').paths).toEqual({ plain: '/store/azureml/job1/plain' });
});

test("a pipeline's own path and type for an output win over the step's", async () => {
  const box = await home();
  const step = commandStep('x', {
    outputPorts: { out: { type: 'uri_folder' } },
    outputs: { out: { binding: '${{parent.outputs.result}}' } },
  });
  const result = { type: 'uri_file' as const, path: 'azureml://datastores/workspaceblobstore/paths/${{name}}/world.txt', name: 'world' };
  const { bound } = places(box, jobOf({ step }, { outputs: { result } }), 'step');
  expect(bound).toEqual([
    { name: 'out', type: 'uri_file', path: '/store/job1/world.txt', isFile: true, chosen: true, register: { name: 'world' } },
  ]);
});

test('the rows of a parallel step go to the named file, else to parallel_run_step.txt in the folder', async () => {
  const box = await home();
  const file = (out: OutputValue, appendRowFileName?: string) => {
    const task = { type: 'run_function' as const, entryScript: 'score.py', programArguments: [], appendRowTo: 'out' };
    const step = parallelStep({ task, outputs: { out } }, appendRowFileName === undefined ? {} : { appendRowFileName });
    const { node, bound } = places(box, jobOf({ step }), 'step');
    return bound.map((output) => rowsFile(node, output))[0];
  };
  expect(file({ type: 'uri_file' })).toBe('/store/azureml/job1.step/out/parallel_run_step.txt');
  expect(file({ type: 'uri_folder' }, 'rows.txt')).toBe('/store/azureml/job1.step/out/rows.txt');
  expect(file({ type: 'uri_file', path: '/out/rows.csv' })).toBe('/out/rows.csv');
  expect(file({ type: 'uri_folder', path: '/out/rows.csv' })).toBe('/out/rows.csv');
  expect(file({ type: 'mltable', path: '/out/folder' })).toBe('/out/folder/parallel_run_step.txt');
});

test('a command gets paths as single words and literals as they are; optional sections go with what they name', async () => {
  const box = await home();
  const { assets } = box;
  const step = commandStep('', {
    inputPorts: { note: { type: 'string', optional: true } },
    inputs: {
      data: { kind: 'data', type: 'uri_folder', path: '/in put' },
      words: { kind: 'literal', value: 'two words' },
      flag: { kind: 'literal', value: true },
      under: { kind: 'expression', text: '/base/${{name}}/x', type: 'uri_folder' },
    },
    outputs: { out: { path: "/it's" } },
  });
  const node = buildGraph(jobOf({ step })).steps.get('step');
  if (node === undefined) throw new Error('no step');
  const macros = { name: 'job1' };
  const inputs = bindInputs(node, { outputOf: () => undefined, assets, macros }).map((input) => {
    if (input.kind === 'literal') return input;
    return { ...input, path: input.location.kind === 'local' ? input.location.path : '' };
  });
  const { bound: outputs } = places(box, jobOf({ step }), 'step');
  const resolve = resolver({ node, inputs, outputs, outputOf: () => undefined, assets, macros });
  const command =
    'a ${{inputs.data}} "${{inputs.data}}/*" ${{inputs.words}} ${{inputs.flag}} ${{inputs.under}} ${{outputs.out}} $[[--note ${{inputs.note}}]]end';
  expect(renderCommand(command, resolve)).toBe(`a '/in put' "/in put/*" two words True /base/job1/x '/it'\\''s' end`);
});
