/**
 * Builds the Python package (`python/sdk`) as a wheel into `dist/python/`: pure Python, for every Python from 3.9 on. Its build
 * backend is fetched by pip.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const sdk = join(root, 'python', 'sdk');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const own = /^__version__ = "(.+)"$/m.exec(readFileSync(join(sdk, 'src', 'parallelrun', '__init__.py'), 'utf8'))?.[1];
if (own !== version) {
  console.error(`python/sdk/src/parallelrun/__init__.py says __version__ = "${own}", and package.json ${version}: make them the same.`);
  process.exit(1);
}
const wheels = join(root, 'dist', 'python');
mkdirSync(wheels, { recursive: true });
const python = process.env.PARALLELRUN_PYTHON ?? 'python3';
execFileSync(python, ['-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--wheel-dir', wheels, sdk], {
  stdio: 'inherit',
});
console.log(`dist/python/parallelrun-${version}-py3-none-any.whl`);
