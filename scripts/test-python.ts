/**
 * Makes `.venv/`, the Python that tests and benchmarks use for what needs packages (tables in pandas, the digits example):
 * once, and again when `python/requirements-test.txt` has changed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const venv = join(root, '.venv');
const requirements = join(root, 'python', 'requirements-test.txt');
const stamp = join(venv, 'requirements-installed.txt');
const wanted = readFileSync(requirements, 'utf8');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Setting up .venv with the Python packages of the tests …');
  rmSync(venv, { recursive: true, force: true });
  try {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  } catch {
    console.error('The tests need Python 3.9 or newer with its venv module (on Debian and Ubuntu: apt-get install python3-venv).');
    process.exit(1);
  }
  execFileSync(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], {
    stdio: 'inherit',
  });
  writeFileSync(stamp, wanted);
}
