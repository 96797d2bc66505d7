import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeStore, makeStore, mlflowRun, mlflowVariables, runStatus } from '../../../../src/pipeline/tracking/mlflow-store.ts';
import { readMlflow } from '../../../../src/pipeline/tracking/read-mlflow.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function made() {
  const layout = jobLayout(join(temporaryFolder(), 'a home'), 'nightly').step('outer.train');
  const run = mlflowRun({ job: 'nightly', step: 'outer.train' }, layout, 1000);
  makeStore(run, 'digits', layout, 1000);
  const folder = join(run.experiment, run.id);
  return { layout, run, folder, meta: join(folder, 'meta.yaml') };
}

test('a run has a name that MLflow allows, however long those of job and step are', () => {
  const { layout, run } = made();
  expect(run.id).toBe('nightly-outer-train');
  expect(mlflowRun({ job: 'nightly' }, layout, 0).id).toBe('nightly');
  expect(mlflowRun({ job: 'j'.repeat(255), step: 's'.repeat(255) }, layout, 0).id).toMatch(/^[a-zA-Z0-9][\w-]{0,235}$/);
});

test('variables name the store, and an experiment that the job has chosen', () => {
  const { layout, run } = made();
  expect(mlflowVariables(run, 'digits', layout, {})).toMatchObject({ MLFLOW_RUN_ID: run.id, MLFLOW_EXPERIMENT_NAME: 'digits' });
  expect(mlflowVariables(run, 'digits', layout, {}).MLFLOW_TRACKING_URI).toMatch(/^file:\/\/\/.*\/a%20home\/.*\/mlruns$/);
  expect(mlflowVariables(run, 'digits', layout, { MLFLOW_EXPERIMENT_NAME: 'mine' }).MLFLOW_EXPERIMENT_NAME).toBe('mine');
  for (const name of ['MLFLOW_TRACKING_URI', 'MLFLOW_RUN_ID', 'MLFLOW_EXPERIMENT_ID'])
    expect(mlflowVariables(run, 'digits', layout, { [name]: 'mine' })).toEqual({});
});

test('a store that nobody used goes at the end', () => {
  const { layout, run } = made();
  closeStore(run, layout, runStatus.finished, 2000);
  expect(existsSync(layout.mlruns)).toBe(false);
});

test.each([
  ['as it was made', (text: string) => text, /"status":5.*|"end_time":2000/],
  ['as MLflow writes it again', () => 'end_time: null\nname: x\nstatus: 1\n', /end_time: 2000\nname: x\nstatus: 5/],
  ['ended by the script', () => 'end_time: 1500\nname: x\nstatus: 3\n', /end_time: 1500\nname: x\nstatus: 3/],
])('a run that was used says how it ended: %s', (_, change, expected) => {
  const { layout, run, folder, meta } = made();
  writeFileSync(join(folder, 'metrics', 'loss'), '1 2 0\n');
  writeFileSync(meta, change(readFileSync(meta, 'utf8')));
  closeStore(run, layout, runStatus.killed, 2000);
  expect(readFileSync(meta, 'utf8')).toMatch(expected);
  // A step that goes on finds its run.
  makeStore(run, 'digits', layout, 3000);
  expect(readFileSync(meta, 'utf8')).toMatch(expected);
});

test('the step’s run and those of its workers come before further runs', () => {
  const { layout, run, folder } = made();
  const further = join(run.experiment, '0123456789abcdef0123456789abcdef');
  const write = (where: string, kind: string, name: string, text: string) => {
    mkdirSync(join(where, kind, name, '..'), { recursive: true });
    writeFileSync(join(where, kind, name), text);
  };
  write(folder, 'metrics', 'val/acc', '10 0.5 0\n20 nan 1\n');
  write(folder, 'tags', 'mlflow.user', 'root');
  write(folder, 'tags', 'stage', 'trial');
  write(`${folder}-node0-process000`, 'metrics', 'loss', '10 0.25 0\n');
  write(`${folder}-node0-process001`, 'metrics', 'loss', '5 7 0\n');
  write(further, 'metrics', 'loss', '99 9 0\n');
  write(further, 'metrics', 'fold', '99 inf 0\n');
  const { metrics, tags } = readMlflow(layout.mlruns);
  expect(Object.fromEntries([...metrics].map(([name, { value }]) => [name, value]))).toEqual({
    'val/acc': 'NaN',
    loss: 0.25,
    fold: 'Infinity',
  });
  expect([...tags.keys()]).toEqual(['stage']);
});
