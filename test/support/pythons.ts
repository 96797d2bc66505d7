/** The Pythons of this machine that workers can run on. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Python {
  /** `3.12` */
  readonly version: string;
  readonly file: string;
}

const venv = join(import.meta.dirname, '..', '..', '.venv', 'bin', 'python');

/** An interpreter with pandas and pyarrow; undefined where there is none. */
export const pandasPython = process.env.PARALLELRUN_TEST_PYTHON ?? (existsSync(venv) ? venv : undefined);

/** One of each version, on the PATH or installed by pyenv, oldest first. @param from the minor version of the oldest */
export function pythons(from = 9): readonly Python[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const files = [
    ...folders.flatMap((folder) => globSync(join(folder, 'python3.{[7-9],[0-9][0-9],[0-9][0-9]t}'))),
    ...globSync(join(homedir(), '.pyenv', 'versions', '3.*', 'bin', 'python')),
    process.env.PARALLELRUN_PYTHON ?? 'python3',
  ];
  const found = new Map<string, string>();
  for (const file of new Set(files)) {
    // A free-threaded build stands beside the other one of its version.
    const tell = 'import sys; print("%d.%d" % sys.version_info[:2] + getattr(sys, "abiflags", ""))';
    const { status, stdout } = spawnSync(file, ['-c', tell], { encoding: 'utf8' });
    const version = stdout?.trim() ?? '';
    if (status === 0 && minor(version) >= from && !found.has(version)) found.set(version, file);
  }
  return [...found].map(([version, file]) => ({ version, file })).sort((a, b) => minor(a.version) - minor(b.version));
}

function minor(version: string): number {
  return Number(/^3\.(\d+)/.exec(version)?.[1] ?? -1);
}
