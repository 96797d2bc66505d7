import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../support/folder.ts';

const module = join(import.meta.dirname, '..', '..', '..', '..', 'src', 'workers', 'typescript', 'stripped.ts');

/** What a process with that cache of compiled modules makes of a source; without one when `cache` is ''. */
function strip(source: string, cache: string): string {
  const script = `
    import { enableCompileCache } from 'node:module';
    const [cache, module, source] = process.argv.slice(1);
    if (cache !== '') enableCompileCache(cache);
    const { stripped } = await import(module);
    process.stdout.write(stripped(source));`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, cache, module, source];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

const source = 'export function run(files: string[]): string[] { return files; }';
const code = 'export function run(files          )           { return files; }';

function remembered(cache: string): string[] {
  const [version = ''] = readdirSync(cache);
  return readdirSync(join(cache, version))
    .filter((name) => name.startsWith('stripped-'))
    .map((name) => join(cache, version, name));
}

test('stripped code is remembered by its source, and read again', () => {
  const cache = temporaryFolder();
  expect(strip(source, cache)).toBe(code);
  const [file = '', ...more] = remembered(cache);
  expect(more).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe(code);
  writeFileSync(file, '// from the cache');
  expect(strip(source, cache)).toBe('// from the cache');
  expect(strip(`${source}\n`, cache)).toBe(`${code}\n`);
});

test('without a cache, or with one that cannot be written, it is stripped all the same', () => {
  expect(strip(source, '')).toBe(code);
  const cache = temporaryFolder();
  strip('let a: number', cache);
  const [version = ''] = readdirSync(cache);
  chmodSync(join(cache, version), 0o500);
  expect(strip(source, cache)).toBe(code);
  chmodSync(join(cache, version), 0o700);
});
