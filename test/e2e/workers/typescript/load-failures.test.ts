/** Entry scripts that cannot be used: what is said about them. */
import { describe, expect, test } from 'vitest';
import { nodeWorker } from './support.ts';

async function failureOf(files: Readonly<Record<string, string>>) {
  await using worker = nodeWorker(files);
  const { error, missingModule } = await worker.report('init_failed');
  expect((await worker.exit()).code).toBe(1);
  return { error, missingModule };
}

describe('syntax errors name file, line and column', () => {
  test.each([
    ['TypeScript', { 'e.ts': 'export function run() {\n  const x: = 3;\n}' }, 'e.ts:2:12'],
    ['TypeScript with an enum', { 'e.ts': 'enum A { b }\nexport const run = (: string) => [];' }, 'e.ts:2:21'],
    ['JavaScript', { 'e.js': 'export function run() {\n\n  return [;\n}' }, 'e.js:3:11'],
    ['CommonJS', { 'e.cjs': 'exports.run = () => {\n  return ];\n}' }, 'e.cjs:2:10'],
    [
      'an imported file',
      { 'e.ts': "import './helper';\nexport const run = () => [];", 'helper.ts': 'let a: number = 1;\n  let a = 2;' },
      'helper.ts:2:7',
    ],
    [
      'a name that is not exported',
      { 'e.ts': "import { x } from './d';\nexport const run = () => [x];", 'd.ts': 'export const y = 1;' },
      'e.ts:1:10',
    ],
  ])('%s', async (_, files, place) => {
    const { error } = await failureOf(files);
    expect(error.type).toBe('SyntaxError');
    expect(error.message).toMatch(new RegExp(`^${place}: `));
    expect(error.stack).toContain('^');
  });
});

describe('a missing package is named', () => {
  test.each([
    ['imported', { 'e.ts': "import fp from 'lodash/fp';\nexport const run = () => [fp];" }, 'lodash'],
    ['of a scope', { 'e.ts': "import '@scope/tool/deep';\nexport const run = () => [];" }, '@scope/tool'],
    ['required', { 'e.cjs': "require('lodash/fp');\nexports.run = () => [];" }, 'lodash'],
  ])('%s', async (_, files, name) => {
    const { error, missingModule } = await failureOf(files);
    expect(missingModule).toBe(name);
    expect(error.message).toMatch(new RegExp(`^Cannot find (package|module) '${name}.*npm install ${name}$`));
  });

  test('but not for a file of the script itself', async () => {
    const { error, missingModule } = await failureOf({ 'e.ts': "import './helper';\nexport const run = () => [];" });
    expect(missingModule).toBeUndefined();
    expect(error.message).toMatch(/'helper' imported from e\.ts/);
  });
});

test('a script without run is told what it exports', async () => {
  const { error } = await failureOf({ 'e.ts': 'export const ran = 1;\nexport function Run() {}' });
  expect(error).toEqual({
    type: 'MissingRun',
    message: 'e.ts has no function `run`: it exports Run, ran. Write `export function run(miniBatch) { … }`.',
  });
});

test('a run that is no function is told so', async () => {
  expect((await failureOf({ 'e.ts': 'export const run = 3;' })).error.message).toContain('`run` must be a function');
});

test('an exception in init comes with its cause and the script’s own frames only', async () => {
  const { error } = await failureOf({
    'e.ts':
      "export async function init() {\n  throw new TypeError('no model', { cause: new Error('not there') });\n}\nexport const run = () => [];",
  });
  expect(error).toEqual({
    type: 'TypeError',
    message: 'no model (caused by Error: not there)',
    stack: 'TypeError: no model\n    at init (e.ts:2:9)\ncaused by: Error: not there\n    at init (e.ts:2:44)',
  });
});

test('a script that ends its process while it is loaded', async () => {
  await using worker = nodeWorker({ 'e.ts': 'process.exit(7);\nexport const run = () => [];' });
  const { error } = await worker.report('init_failed');
  expect(error.message).toContain('process.exit(7)');
  expect((await worker.exit()).code).toBe(7);
});
