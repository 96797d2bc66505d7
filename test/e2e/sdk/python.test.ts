/** The Python package: its own tests (`python/sdk/tests`) against the command from source, on a Python with pandas; and that it loads on every other one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { pythons } from '../../support/pythons.ts';

const root = resolve(import.meta.dirname, '../../..');
const sdk = join(root, 'python', 'sdk');
const quoted = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`;
const env = {
  ...process.env,
  PYTHONPATH: join(sdk, 'src'),
  PYTHONDONTWRITEBYTECODE: '1',
  PARALLELRUN_PRL: `${quoted(process.execPath)} ${quoted(join(root, 'src', 'cli', 'main.ts'))}`,
  NODE_COMPILE_CACHE: join(tmpdir(), 'prl-test-compile-cache'),
};

it('passes its own tests', () => {
  const python = join(root, '.venv', 'bin', 'python');
  const { status, stderr } = spawnSync(python, ['-W', 'error::ResourceWarning', '-m', 'unittest', 'discover', '-s', join(sdk, 'tests')], {
    env,
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^OK\b/m);
  expect(status).toBe(0);
});

it('loads on every Python from 3.9 on, and has the version of the command', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const program =
    'import parallelrun, parallelrun.dsl, parallelrun.entities, parallelrun.identity, parallelrun.parallel; print(parallelrun.__version__)';
  for (const { file } of pythons()) expect(execFileSync(file, ['-c', program], { env, encoding: 'utf8' }).trim()).toBe(version);
});
