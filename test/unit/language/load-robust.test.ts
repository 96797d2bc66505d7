import { chmodSync, mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors/types.ts';
import { loadJob } from '../../../src/language/index.ts';
import { parseYaml } from '../../../src/language/source/yaml.ts';
import { folderWith, mistakesOf } from '../../support/job-files.ts';

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`).join('\n')}\n`;

test.each<[string, string | Uint8Array, string]>([
  ['empty', '', ': The file is empty'],
  ['only a comment', '# nothing\n', ': The file is empty'],
  ['a list', '- 1\n', 'Expected a job (a mapping of keys), found a list of 1'],
  ['text', 'hello\n', 'Expected a job (a mapping of keys), found "hello"'],
  ['binary', new Uint8Array([0x74, 0x0a, 0x00, 0x01]), '2:1 : The file is binary'],
  ['Latin-1', new Uint8Array([0x61, 0x3a, 0x20, 0x62, 0x0a, 0x63, 0x3a, 0xe9, 0x0a]), '2:3 : The file is not UTF-8'],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00]), 'UTF-16'],
  ['a duplicate key', 'type: command\ncommand: a\ncommand: b\n', '3:1 : The key command stands twice in the same mapping.'],
  ['a tab', 'type: pipeline\njobs:\n\ta: 1\n', '3:1 : Tabs are not allowed'],
  ['an open bracket', 'type: [pipeline\n', '2:1'],
  ['two documents', 'a: 1\n---\nb: 2\n', '2:1 : The file holds more than one YAML document'],
  ['an unknown tag', 'command: !!python/object:x y\n', 'tag'],
  ['an unknown alias', 'command: *x\n', '1:10'],
  ['an alias bomb', BOMB, 'aliases expand to more than'],
  ['an alias in its own anchor', 'tags: &x { a: *x }\n', 'inside its own anchor'],
  ['a merge of itself', 'tags: &x { <<: *x }\n', 'inside its own anchor'],
  ['a list as a key', '? [a]\n: b\n', 'A key must be text'],
  ['very deep nesting', `command: ${'['.repeat(5000)}`, 'deep'],
])('%s is told plainly', async (_, content, expected) => {
  const folder = folderWith({ 'job.yml': content });
  const mistakes = await mistakesOf(() => loadJob(join(folder, 'job.yml')));
  expect(mistakes.join('\n')).toContain(expected);
});

test('a file that is not there, or is a folder, is told by name', async () => {
  const folder = folderWith({});
  mkdirSync(join(folder, 'dir'));
  expect(await mistakesOf(() => loadJob(join(folder, 'no.yml')))).toEqual([': The file does not exist.']);
  expect(await mistakesOf(() => loadJob(join(folder, 'dir')))).toEqual([': This is a folder; expected a YAML file.']);
});

test('a file of gigabytes is refused before it is read, and so is a device', async () => {
  const folder = folderWith({ 'huge.yml': '' });
  truncateSync(join(folder, 'huge.yml'), 5e9);
  expect(await mistakesOf(() => loadJob(join(folder, 'huge.yml')))).toEqual([expect.stringContaining('The file has 5000000000 bytes')]);
  expect(await mistakesOf(() => loadJob('/dev/zero'))).toEqual([': This is a device; expected a YAML file.']);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is told', async () => {
  const folder = folderWith({ 'job.yml': 'command: ls\n' });
  chmodSync(join(folder, 'job.yml'), 0);
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toEqual([': The file cannot be read: permission denied.']);
});

test('aliases, merges and the booleans of YAML 1.1 are read', () => {
  const { value } = parseYaml('base: &b { a: 1, b: yes }\nuse: { <<: *b, a: 2, c: off, d: y }\nlist: [*b]\n', 'x.yml');
  expect(value).toEqual({ base: { a: 1, b: true }, use: { a: 2, b: true, c: false, d: 'y' }, list: [{ a: 1, b: true }] });
});

test('positions follow aliases and merges', () => {
  const { source } = parseYaml('base: &b\n  a: 1\nuse:\n  <<: *b\n', 'x.yml');
  expect(source.locate(['use', 'a'])).toEqual({ line: 2, column: 6 });
  expect(source.locate(['use', 'nothing'])).toEqual({ line: 3, column: 1 });
});

test.each([
  ['name', '../../etc'],
  ['name', 'a/b'],
  ['outputs: { x: { path', '"azureml://datastores/a/paths/../../b" } }'],
])('a %s that climbs is refused', async (key, value) => {
  const folder = folderWith({ 'job.yml': `command: ls\n${key}: ${value}\n` });
  expect(await mistakesOf(() => loadJob(join(folder, 'job.yml')))).toHaveLength(1);
});

test('whatever is in the file, it is a spec or a list of problems', async () => {
  const folder = folderWith({});
  const key = fc.constantFrom(
    'type',
    'jobs',
    'inputs',
    'outputs',
    'task',
    'component',
    'command',
    'code',
    'environment',
    'resources',
    'settings',
    'a',
    'input_data',
    'distribution',
  );
  const leaf = fc.constantFrom<unknown>(
    'pipeline',
    'parallel',
    'command',
    '${{parent.inputs.a}}',
    '${{inputs.a}}',
    '${{parent.jobs.a.outputs.a}}',
    './x',
    'azureml:a:1',
    1,
    -1,
    1.5,
    true,
    null,
    '',
    [],
    {},
  );
  const { value: tree } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc.dictionary(key, tie('value'), { maxKeys: 6 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }));
  const { jobFromObject } = await import('../../../src/language/index.ts');
  fc.assert(
    fc.property(fc.dictionary(key, tree, { maxKeys: 8 }), (value) => {
      try {
        jobFromObject(value, { baseDirectory: folder });
      } catch (error) {
        expect(error).toBeInstanceOf(RequestError);
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever text is in the file, it is a value or a list of problems', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('\n', '  ', ': ', '- ', '&a ', '*a', '<<: ', '{', '}', '[', ']', '"', "'", '|', '>', '!', '#', '\t', '? ', '---\n'),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(pieces, (list) => {
      try {
        parseYaml(list.join(''), 'x.yml');
      } catch (error) {
        expect(error).toBeInstanceOf(RequestError);
      }
    }),
    { numRuns: 500 },
  );
});
