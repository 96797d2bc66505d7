/** The examples run as their README files say. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandbox } from '../../support/prl.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

test('flights: the first mini-batches of 3 million rows', async () => {
  const { prl, home } = sandbox();
  const { code, stderr } = await prl(['run', join(examples, 'flights'), '--limit', '2', '--name', 'trial']);
  const output = join(home, 'datastores', 'workspaceblobstore', 'azureml', 'trial', 'predictions', 'predictions.csv');
  expect(stderr).toContain('2/2 mini-batches');
  expect(code).toBe(0);
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
  // What examples/flights/README.md shows.
  const shown = readFileSync(join(examples, 'flights', 'README.md'), 'utf8');
  expect(shown).toContain(lines.slice(0, 4).join('\n'));
  expect(lines.length).toBeGreaterThan(100_000);
});

test('digits: the pipeline is well-formed', async () => {
  const { prl } = sandbox();
  const { code, stdout } = await prl(['job', 'validate', '--file', join(examples, 'digits', 'pipeline.yml'), '--output', 'json']);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, errors: [] });
  expect(code).toBe(0);
});

const python = process.env.PARALLELRUN_PYTHON ?? 'python3';
const hasScikitLearn =
  spawnSync(python, ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("sklearn") is None)']).status === 0;

test.runIf(hasScikitLearn)('digits: steps feed one another', async () => {
  const { prl, path } = sandbox();
  const report = path('report.txt');
  const { code } = await prl(['run', join(examples, 'digits'), '--set', `outputs.report.path=${report}`]);
  expect(code).toBe(0);
  expect(readFileSync(join(examples, 'digits', 'README.md'), 'utf8')).toContain(readFileSync(report, 'utf8'));
});
