import { expect, test } from 'vitest';
import { FILE_KINDS, schema } from '../../../src/cli/schema/schema.ts';
import { PROPERTY_NAMES } from '../../../src/language/extensions.ts';
import { jsonSchema } from '../../../src/language/json-schema.ts';

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every mapping of properties in the schema, with the path to it. */
function* properties(node: unknown, path: string): Generator<readonly [string, Node]> {
  if (Array.isArray(node)) for (const item of node) yield* properties(item, path);
  if (!isNode(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties' && isNode(value))
      for (const [name, inner] of Object.entries(value)) if (isNode(inner)) yield [`${path}.${name}`, inner];
    yield* properties(value, `${path}.${key}`);
  }
}

test.each(FILE_KINDS)('the schema of %s is closed, and holds nothing that only the judge needs', (kind) => {
  const text = JSON.stringify(schema(kind));
  expect(text).toContain('"additionalProperties":false');
  expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER));
  expect(text).not.toContain('propertyNames');
});

test('editors offer the properties that are ours where they have a meaning', () => {
  const offered = (kind: 'job' | 'component') =>
    new Set(
      [...properties(jsonSchema(kind), '')].flatMap(([path, node]) => (path.includes('.parallelrun.') ? [[path, node] as const] : [])),
    );
  const names = [...offered('job')].map(([path]) => path.slice(path.indexOf('.parallelrun.') + 1));
  expect([...new Set(names)].toSorted()).toEqual(PROPERTY_NAMES.toSorted());
  for (const [, node] of offered('job')) expect(node).toEqual({ type: 'string', description: expect.stringMatching(/./) });
  expect([...offered('component')].map(([path]) => path.slice(path.lastIndexOf('.') + 1))).toContain('append_row_file_name');
});

test('what users set has a description', () => {
  const described = new Map<string, boolean>();
  for (const [path, node] of properties(jsonSchema('job'), '')) {
    const key = path.slice(path.lastIndexOf('.') + 1);
    const has =
      typeof node.description === 'string' ||
      (Array.isArray(node.anyOf) && node.anyOf.some((each) => isNode(each) && typeof each.description === 'string'));
    described.set(key, (described.get(key) ?? false) || has);
  }
  for (const key of [
    'task',
    'entry_script',
    'program_arguments',
    'append_row_to',
    'input_data',
    'mini_batch_size',
    'partition_keys',
    'retry_settings',
    'max_retries',
    'timeout',
  ]) {
    expect([key, described.get(key)]).toEqual([key, true]);
  }
});

test('settings of a step may be expressions, those of a job may not', () => {
  const job = JSON.stringify(jsonSchema('job'));
  const [pipeline, parallel] = (jsonSchema('job').anyOf ?? []) as readonly Node[];
  expect(job).toContain('\\\\$\\\\{\\\\{');
  expect(JSON.stringify(parallel)).not.toContain('\\\\$\\\\{\\\\{.*');
  expect(JSON.stringify(pipeline)).toContain('\\\\$\\\\{\\\\{.*');
});
