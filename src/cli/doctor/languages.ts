/** What scripts are run with, and what their packages are installed with. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { resolveInterpreter } from '../../environments/interpreter.ts';
import { messageOf } from '../../errors/thrown.ts';
import { findHome } from '../../store/home.ts';
import { broken, type Check, found, missing, program } from './check.ts';

type Variables = Readonly<Record<string, string>>;

export async function languages(variables: Variables): Promise<readonly Check[]> {
  const [pythons, others, uv, npm] = await Promise.all([
    python(variables),
    otherPythons(variables),
    uvCheck(variables),
    program(
      { check: 'npm', enables: 'packages of a TypeScript script (package.json)', get: 'comes with Node.js: https://nodejs.org' },
      'npm',
      ['--version'],
    ),
  ]);
  return [
    found({ check: 'node', enables: 'everything; TypeScript scripts', get: '' }, `${process.versions.node} (${process.execPath})`),
    npm,
    ...pythons,
    others,
    uv,
  ];
}

async function python(variables: Variables): Promise<readonly Check[]> {
  const sought = {
    check: 'python',
    enables: 'Python scripts',
    get: 'apt-get install python3 python3-venv, or PARALLELRUN_PYTHON=/path/to/python3',
  };
  const pip = (name: string, enables: string) => ({ check: name, enables, get: 'name it in the job’s conda_file, or pip install it' });
  const modules = [
    pip('pandas', 'tables in Python scripts (environment: system)'),
    pip('pyarrow', 'Parquet in Python scripts (environment: system)'),
  ];
  try {
    const { python: file, version } = await resolveInterpreter(variables);
    const versions = await versionsOf(
      modules.map(({ check }) => check),
      file,
    );
    return [
      found(sought, `${version} (${file})`),
      ...modules.map((module, at) => (versions[at] ? found(module, versions[at]) : missing(module))),
    ];
  } catch (error) {
    return [broken(sought, messageOf(error)), ...modules.map(missing)];
  }
}

/** Of installed packages, without importing them; empty for one that is not there. */
async function versionsOf(packages: readonly string[], interpreter: string): Promise<readonly string[]> {
  const script = `import importlib.metadata as m, sys
for name in sys.argv[1:]:
    try: print(m.version(name))
    except m.PackageNotFoundError: print()`;
  const { stdout } = await promisify(execFile)(interpreter, ['-c', script, ...packages], { timeout: 5_000 });
  return stdout.split('\n');
}

async function otherPythons(variables: Variables): Promise<Check> {
  const sought = {
    check: 'pythons',
    enables: 'environments that ask for a certain Python',
    get: 'pyenv install 3.10, or uv python install 3.10',
  };
  const { oldestMinor, otherPythons: others } = await import('../../environments/venv/pythons.ts');
  const all = await others(variables);
  const minors = new Set(all.map(({ version }) => Number(/^3\.(\d+)/.exec(version)?.[1])).filter((minor) => minor >= oldestMinor));
  return minors.size === 0
    ? missing(sought)
    : found(
        sought,
        [...minors]
          .toSorted((one, other) => one - other)
          .map((minor) => `3.${minor}`)
          .join(', '),
      );
}

async function uvCheck(variables: Variables): Promise<Check> {
  const { findUv } = await import('../../environments/venv/uv.ts');
  const sought = {
    check: 'uv',
    enables: 'environments made of what jobs declare',
    get: 'pip install uv; else it is fetched with pip when the first is made',
  };
  return program(sought, (await findUv(findHome(), variables)) ?? 'uv', ['--version']);
}
