import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveInterpreter } from '../../../src/environments/interpreter.ts';
import { RequestError } from '../../../src/errors/types.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'python-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An interpreter that fails when it is started, so that a test sees that it was not. */
function program(name: string, text = 'no program at all'): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

test('the first python3 on the PATH; the name of its link tells the version', async () => {
  program('lib/python3.12');
  mkdirSync(join(folder, 'bin'));
  symlinkSync('../lib/python3.12', join(folder, 'bin', 'python3'));
  const found = await resolveInterpreter({ PATH: `${join(folder, 'empty')}:${join(folder, 'bin')}:/usr/bin` });
  expect(found).toEqual({ python: join(folder, 'bin', 'python3'), version: '3.12' });
});

test('a virtual environment tells its version and is not resolved to what it was made from', async () => {
  const python = program('venv/bin/python');
  writeFileSync(join(folder, 'venv', 'pyvenv.cfg'), 'home = /usr/bin\nversion = 3.11.7\n');
  expect(await resolveInterpreter({ PARALLELRUN_PYTHON: python, PATH: '' })).toEqual({ python, version: '3.11.7' });
});

test('a script in front of the interpreter is asked once for the interpreter itself', async () => {
  const shim = program('shims/python3', '#!/bin/sh\necho /real/python3\necho 3.13.1\n');
  expect(await resolveInterpreter({ PARALLELRUN_PYTHON: shim, PATH: '/usr/bin:/bin' })).toEqual({
    python: '/real/python3',
    version: '3.13.1',
  });
});

test.each([
  ['a missing one', 'nowhere/python3', undefined, 'missing-python'],
  ['one that is too old', 'lib/python3.8', '', 'old-python'],
  ['something else', 'tool', '#!/bin/sh\necho hello\n', 'python-does-not-start'],
])('%s is refused', async (_, name, text, code) => {
  const file = text === undefined ? join(folder, name) : program(name, text);
  const refused = resolveInterpreter({ PARALLELRUN_PYTHON: file, PATH: '/usr/bin:/bin' });
  await expect(refused).rejects.toBeInstanceOf(RequestError);
  await expect(refused).rejects.toMatchObject({ problems: [{ code }] });
});

test('no python3 on the PATH is said', async () => {
  await expect(resolveInterpreter({ PATH: folder })).rejects.toThrow(/no python3 on the PATH.*PARALLELRUN_PYTHON/);
});
