import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROPERTY_NAMES } from '../../../src/language/extensions.ts';
import { PREDEFINED_RULES } from '../../../src/language/predefined.ts';
import { environmentObject, inputPort, resources } from '../../../src/language/schema/common.ts';
import { commandComponent, parallelComponent, pipelineComponent } from '../../../src/language/schema/components.ts';
import {
  commandJob,
  commandStep,
  parallelJob,
  parallelStep,
  pipelineJob,
  pipelineSettings,
  pipelineStep,
} from '../../../src/language/schema/jobs.ts';
import { distribution, limits, retrySettings, task } from '../../../src/language/schema/steps.ts';

const text = readFileSync(new URL('../../../docs/job-yaml.md', import.meta.url), 'utf8');

/** Not worth a line: written by services, or of a distribution that is refused. */
const LEFT_OUT = new Set([
  'creation_context',
  'latest_version',
  'port',
  'address',
  'include_dashboard',
  'dashboard_port',
  'head_node_additional_args',
  'worker_node_additional_args',
]);

const shapes = {
  pipelineJob,
  parallelJob,
  commandJob,
  parallelStep,
  commandStep,
  pipelineStep,
  pipelineSettings,
  parallelComponent,
  commandComponent,
  pipelineComponent,
  task,
  retrySettings,
  distribution,
  limits,
  resources,
  environmentObject,
  inputPort,
};

test.each(Object.entries(shapes))('the page names every key of %s', (_, schema) => {
  const missing = Object.keys(schema.shape).filter(
    (key) => !LEFT_OUT.has(key) && !new RegExp(`\`(?:[a-z_]+\\.)*${key.replace('$', '\\$')}[.\`]`).test(text),
  );
  expect(missing).toEqual([]);
});

test('the page names every property of ours', () => {
  expect(PROPERTY_NAMES.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

test('the page names every predefined argument', () => {
  expect(Object.keys(PREDEFINED_RULES).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
