/** What a TypeScript or JavaScript entry script may be written like. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeWorker, task } from './support.ts';

async function rowsOf(files: Readonly<Record<string, string>>): Promise<string> {
  await using worker = nodeWorker(files);
  worker.send([task(0)]);
  return worker.rows(await worker.outcome(0));
}

const upper = 'function run(batch) { return batch.map((path) => path.toUpperCase()); }';
const upperRows = '/DATA/A.PNG\n/DATA/B.PNG\n';

describe('modules', () => {
  test.each([
    ['TypeScript with named exports', { 'e.ts': `export ${upper.replace('(batch)', '(batch: string[]): string[]')}` }],
    ['a default export with methods', { 'e.mts': `export default { prefix: '', ${upper.replace('function ', '')} };` }],
    ['a JavaScript module without a package.json', { 'e.js': `export ${upper}` }],
    ['CommonJS', { 'e.js': `module.exports = { run: ${upper} };` }],
    ['CommonJS by extension', { 'e.cjs': `exports.run = ${upper};` }],
    [
      'CommonJS in TypeScript',
      {
        'e.ts': `import path = require('node:path');\nconst sep: string = path.sep;\nexport = { run: (batch: string[]) => batch.map((file) => file.split(sep).join('/').toUpperCase()) };`,
        'package.json': '{"type": "commonjs"}',
      },
    ],
    [
      'a CommonJS package around a TypeScript script',
      {
        'e.ts': `const { up } = require('./up');\nexports.run = (batch: string[]) => batch.map(up);`,
        'up.ts': 'enum Case { upper = "toUpperCase" }\nexports.up = (text: string) => text[Case.upper]();',
        'package.json': '{"type": "commonjs"}',
      },
    ],
    [
      'modules in a package that says CommonJS',
      {
        'e.ts': "import { up } from './up';\nexport const run = (batch: string[]) => batch.map(up);",
        'up.js': 'export const up = (text) => text.toUpperCase();',
        'package.json': '{"type": "commonjs"}',
      },
    ],
    ['an async function', { 'e.ts': `export async ${upper.replace('(batch)', '(batch: string[])')}` }],
    ['a generator', { 'e.js': 'export function* run(batch) { for (const path of batch) yield path.toUpperCase(); }' }],
    ['an async generator', { 'e.js': 'export async function* run(batch) { for (const path of batch) yield path.toUpperCase(); }' }],
    [
      'a promise of a generator',
      { 'e.js': 'export async function run(batch) { return batch.values().map((path) => path.toUpperCase()); }' },
    ],
    ['a set', { 'e.js': 'export const run = (batch) => new Set(batch.map((path) => path.toUpperCase()));' }],
  ])('%s', async (_, files) => {
    expect(await rowsOf(files)).toBe(upperRows);
  });

  test('typed arrays are rows of numbers', async () => {
    expect(await rowsOf({ 'e.js': 'export const run = () => Float32Array.of(0.5, 2);' })).toBe('0.5\n2\n');
  });
});

describe('TypeScript without a build step', () => {
  test('enums, namespaces and parameter properties', async () => {
    const script = `
enum Level { low = 1, high }
namespace Scale { export const factor: number = 10 }
class Scorer { constructor(private readonly bias: number) {} score(level: Level) { return level * Scale.factor + this.bias } }
export const run = (batch: string[]) => batch.map(() => new Scorer(3).score(Level.high));`;
    expect(await rowsOf({ 'e.ts': script })).toBe('23\n23\n');
  });

  test('relative imports with and without an extension, with .js for .ts, of folders, and of mere types', async () => {
    const rows = await rowsOf({
      'e.ts': `import { Model, score } from './lib/model';
import { one } from './one.ts';
import { two } from './two.js';
import three from './three';
import plain from './plain';
import settings from './settings.json';
import more from './more.json' with { type: 'json' };
const model: Model = { weight: 4 };
export const run = () => [one, two, three, score(model), plain, settings.six, more.seven];`,
      'lib/model.ts':
        'import { Weight } from "../weight";\nexport interface Model { weight: Weight }\nexport const score = (model: Model) => model.weight;',
      'weight.ts': 'export type Weight = number;',
      'one.ts': 'export const one: number = 1;',
      'two.ts': 'export const two: number = 2;',
      'three/index.ts': 'export default 3 as number;',
      'plain.js': 'export default 5;',
      'settings.json': '{"six": 6}',
      'more.json': '{"seven": 7}',
    });
    expect(rows).toBe('1\n2\n3\n4\n5\n6\n7\n');
  });

  test('packages from node_modules beside the script', async () => {
    const rows = await rowsOf({
      'e.ts': "import { answer } from 'helper';\nexport const run = () => [answer];",
      'node_modules/helper/package.json': '{"name": "helper", "version": "1.0.0", "main": "index.js"}',
      'node_modules/helper/index.js': 'exports.answer = 42;',
    });
    expect(rows).toBe('42\n');
  });

  test.each([
    ['stripped', ''],
    ['transformed', 'enum Level { low }\n'],
  ])('stack traces name the line and column of the %s source', async (_, head) => {
    const script = `${head}interface Unused { a: string }
export function run(batch: string[]) {
  if (batch.length > 1) throw new RangeError('too many');
  return [];
}`;
    await using worker = nodeWorker({ 'e.ts': script });
    worker.send([task(0)]);
    const { error, phase } = await worker.report('failed');
    const line = script.split('\n').findIndex((text) => text.includes('throw')) + 1;
    expect(phase).toBe('run');
    expect(error).toEqual({
      type: 'RangeError',
      message: 'too many',
      stack: `RangeError: too many\n    at run (e.ts:${line}:31)`,
    });
  });
});

describe('the script sees', () => {
  test('its arguments, working directory and output folder', async () => {
    const script = 'export const run = () => [JSON.stringify(process.argv.slice(1)), process.cwd(), process.env.AZUREML_BI_OUTPUT_PATH];';
    await using worker = nodeWorker({ 'e.ts': script }, { arguments: ['--model', 'a b'] });
    worker.send([task(0)]);
    const [argv = '', cwd = '', output] = worker.rows(await worker.outcome(0)).split('\n');
    expect(JSON.parse(argv)).toEqual([join(worker.code, 'e.ts'), '--model', 'a b']);
    expect(cwd).toBe(realpathSync(worker.code));
    expect(output).toBe(join(worker.folder, 'output'));
  });

  test('a context, when run takes a second parameter', async () => {
    const script = `export function run(batch: string[], context) {
  const { minibatchIndex, partitionKeyValue, datasetName, dataset } = context;
  return [JSON.stringify({ minibatchIndex, partitionKeyValue, datasetName, paths: dataset.paths, text: \`\${dataset}\` })];
}`;
    await using worker = nodeWorker({ 'e.ts': script });
    worker.send([[17, 2, [0, ['x/a.png'], { country: 'NO', year: 2024 }]]]);
    expect(JSON.parse(worker.rows(await worker.outcome(17)))).toEqual({
      minibatchIndex: 17,
      partitionKeyValue: { country: 'NO', year: 2024 },
      datasetName: 'images',
      paths: ['/data/x/a.png'],
      text: 'images: /data/x/a.png',
    });
  });

  test('no context otherwise', async () => {
    expect(await rowsOf({ 'e.js': 'export function run(batch) { return [arguments.length]; }' })).toBe('1\n');
  });

  test('init before the first run, and shutdown at the end', async () => {
    const script = `const told = [];
export async function init() { await null; told.push('init'); }
export function run() { told.push('run'); return told; }
export async function shutdown() { await null; console.log(told.join()); }`;
    await using worker = nodeWorker({ 'e.js': script });
    worker.send([task(0)]);
    expect(worker.rows(await worker.outcome(0))).toBe('init\nrun\n');
    worker.send({ type: 'stop' });
    expect(await worker.report('stopped')).toEqual({ type: 'stopped' });
    expect(await worker.exit()).toEqual({ code: 0, signal: null });
    expect(worker.stdout).toBe('init,run\n');
  });
});

test.each([
  [
    'ES modules',
    'e.ts',
    "import { one } from './lib/one';\nimport two from 'two';\nimport { three } from './three.js';\nimport { basename } from 'node:path';\nexport const run = () => [one, two, three, basename('a/four')];",
  ],
  [
    'CommonJS',
    'e.cjs',
    "const { one } = require('./lib/one.ts');\nexports.run = () => [one, require('two'), require('./three').three, 'four'];",
  ],
])('a folder may have a backslash in its name: %s', async (_, entry, script) => {
  await using worker = nodeWorker({
    [`a\\b/${entry}`]: script,
    'a\\b/lib/one.ts': "import { deep } from '../deep';\nexport const one: string = deep;",
    'a\\b/deep.ts': "export enum Deep { one = 'one' }\nexport const deep = Deep.one;",
    'a\\b/three.ts': "export const three: string = 'three';",
    'a\\b/node_modules/two/package.json': '{"main": "./main.js"}',
    'a\\b/node_modules/two/main.js': "module.exports = 'two';",
  });
  worker.send([task(0)]);
  expect(worker.rows(await worker.outcome(0))).toBe('one\ntwo\nthree\nfour\n');
});
