import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { componentFromObject, dumpComponent, dumpJob, jobFromObject } from '../../../src/language/index.ts';
import type { JobSpec, Step } from '../../../src/language/types.ts';
import { folderWith, mistakesOf, SURROUNDINGS } from '../../support/job-files.ts';

const folder = () => folderWith(SURROUNDINGS);

const work = {
  type: 'parallel',
  input_data: '${{inputs.data}}',
  task: { code: './src', entry_script: 'score.py' },
};
const parallel = (properties: Record<string, string>) => ({ ...work, inputs: { data: { path: './in' } }, properties });
const command = (properties: Record<string, string> = {}) => ({ type: 'command', command: 'true', properties });

function job(value: unknown, directory = folder()): JobSpec {
  return jobFromObject(value, { baseDirectory: directory }).spec;
}

function pipeline(jobs: Record<string, unknown>, properties: Record<string, string> = {}) {
  return { type: 'pipeline', jobs, properties };
}

/** The spec as it was judged, and read back from YAML. */
function twice(value: unknown): readonly [JobSpec, JobSpec] {
  const directory = folder();
  const spec = job(value, directory);
  return [spec, job(parse(dumpJob(spec)), directory)];
}

function settingsOf(step: Step | undefined) {
  return step?.type === 'parallel' ? step.settings : undefined;
}

const rows = { 'parallelrun.append_row_file_name': 'rows.txt', 'parallelrun.partition_formats': '{"data":"/{kind}.txt"}' };

test('a parallel step has the name of its file of rows and the partition formats of its inputs', () => {
  for (const value of [parallel({ ...rows, mine: 'x' }), pipeline({ main: parallel({ ...rows, mine: 'x' }) })]) {
    const [spec, again] = twice(value);
    expect(settingsOf(spec.steps.main)).toMatchObject({ appendRowFileName: 'rows.txt', partitionFormats: { data: '/{kind}.txt' } });
    expect(spec.steps.main?.properties).toEqual({ mine: 'x' });
    expect(again).toEqual(spec);
  }
});

test('a step takes them from its component, unless it says its own', () => {
  const directory = folder();
  const definition = { ...work, inputs: { data: { type: 'uri_folder' } }, properties: rows };
  const { spec: component } = componentFromObject(definition, { baseDirectory: directory });
  expect(componentFromObject(parse(dumpComponent(component)), { baseDirectory: directory }).spec).toEqual(component);
  const inputs = { data: { path: './in' } };
  const { steps } = job(
    pipeline({
      same: { type: 'parallel', component, inputs },
      other: { type: 'parallel', component, inputs, properties: { 'parallelrun.append_row_file_name': 'other.txt' } },
    }),
    directory,
  );
  expect(settingsOf(steps.same)).toMatchObject({ appendRowFileName: 'rows.txt', partitionFormats: { data: '/{kind}.txt' } });
  expect(settingsOf(steps.other)).toMatchObject({ appendRowFileName: 'other.txt', partitionFormats: { data: '/{kind}.txt' } });
});

test('a step runs after others though it reads nothing of them', () => {
  const [spec, again] = twice(pipeline({ a: command(), b: command(), c: command({ 'parallelrun.run_after': 'a, b' }) }));
  expect(spec.steps.c?.runAfter).toEqual(['a', 'b']);
  expect(again).toEqual(spec);
});

test('a step reads folders as rows', () => {
  const tables = { data: { pattern: '**/*.csv', transformations: [{ read_delimited: { delimiter: ',' } }] } };
  const properties = { 'parallelrun.tables': JSON.stringify(tables) };
  const listed = { ...command(properties), command: 'ls ${{inputs.data}}', inputs: { data: { path: './in' } } };
  const [spec, again] = twice(pipeline({ rows: parallel(properties), listed }));
  expect([spec.steps.rows?.tables, spec.steps.listed?.tables]).toEqual([tables, tables]);
  expect(again).toEqual(spec);
});

test('steps have any name where the pipeline says so', async () => {
  const jobs = { 'my-step': command(), Second: command({ 'parallelrun.run_after': 'my-step' }) };
  const [spec, again] = twice(pipeline(jobs, { 'parallelrun.step_names': 'any', mine: 'x' }));
  expect(Object.keys(spec.steps)).toEqual(['my-step', 'Second']);
  expect(spec.properties).toEqual({ mine: 'x' });
  expect(again).toEqual(spec);
  expect(await mistakesOf(() => job(pipeline(jobs)))).toEqual([
    expect.stringContaining('The step name "my-step" is not allowed: expected lower-case letters'),
    expect.stringContaining('The step name "Second" is not allowed'),
  ]);
});

test.each<[string, unknown, string]>([
  [
    'a step that is not there',
    pipeline({ first: command(), second: command({ 'parallelrun.run_after': 'frist' }) }),
    'jobs.second.properties: The step "second" is to run after "frist", which is no step of the pipeline. Did you mean "first"?',
  ],
  ['itself', pipeline({ a: command({ 'parallelrun.run_after': 'a' }) }), 'The step "a" is to run after itself'],
  [
    'a cycle',
    pipeline({ a: command({ 'parallelrun.run_after': 'b' }), b: command({ 'parallelrun.run_after': 'a' }) }),
    'The steps wait for each other in a cycle: a → b → a.',
  ],
  ['a job alone', command({ 'parallelrun.run_after': 'a' }), 'A job that stands alone has no other steps to run after.'],
  [
    'a slip of the pen',
    pipeline({ a: command({ 'parallelrun.run_aftre': 'b' }) }),
    'jobs.a.properties.parallelrun.run_aftre: Unknown property "parallelrun.run_aftre". Did you mean "parallelrun.run_after"?',
  ],
  [
    'a property of another kind of step',
    command({ 'parallelrun.append_row_file_name': 'a/b' }),
    'Unknown property "parallelrun.append_row_file_name"',
  ],
  [
    'a property of a step on the job',
    pipeline({ a: command() }, { 'parallelrun.run_after': 'a' }),
    'Unknown property "parallelrun.run_after"',
  ],
  ['a path for a file name', parallel({ 'parallelrun.append_row_file_name': 'a/b' }), 'Expected a file name without any of'],
  ['formats that are no JSON', parallel({ 'parallelrun.partition_formats': '/{kind}' }), 'Expected the JSON text of a mapping'],
  ['tables that say nothing of files', parallel({ 'parallelrun.tables': '{"data":{}}' }), 'to mappings with pattern and transformations'],
  ['tables of no input', parallel({ 'parallelrun.tables': '{"date":{"pattern":"*","transformations":[]}}' }), 'names no input'],
  ['formats that are no texts', parallel({ 'parallelrun.partition_formats': '{"data":1}' }), 'Expected the JSON text of a mapping'],
  [
    'a format of no input',
    parallel({ 'parallelrun.partition_formats': '{"date":"/{k}"}' }),
    '"date" names no input of this step. Known: data.',
  ],
  ['other step names', pipeline({ a: command() }, { 'parallelrun.step_names': 'all' }), 'Expected identifiers or any, found "all"'],
])('refuses %s', async (_name, value, message) => {
  expect(await mistakesOf(() => job(value))).toEqual([expect.stringContaining(message)]);
});

test('a folder that was promised need not be there yet', async () => {
  const directory = folder();
  const value = { type: 'command', command: 'ls ${{inputs.x}}', inputs: { x: { type: 'mltable', path: './later' } } };
  expect(await mistakesOf(() => job(value, directory))).toEqual([expect.stringContaining('There is nothing at')]);
  const promised = new Set([`${directory}/later`]);
  expect(jobFromObject(value, { baseDirectory: directory, promised }).spec.inputs.x).toMatchObject({ path: `${directory}/later` });
});
