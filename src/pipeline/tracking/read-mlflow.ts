/** What scripts logged with MLflow, out of the step's file store. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import { tail } from '../../os/log-tail.ts';
import { type Logged, type LoggedValue, merged, over, type Point } from './logged.ts';

/** Runs that scripts start besides their own can be as many as mini-batches. */
const maxFurtherRuns = 500;

/**
 * The latest values of the step's run and those of its workers; under names that only further runs have (nested ones, or those that a
 * script starts after its first), theirs.
 * @param store the step's `mlruns/`
 */
export function readMlflow(store: string): Logged {
  const experiments = foldersIn(store).filter((path) => !/\/(\.trash|models)$/.test(path));
  const runs = experiments.flatMap(foldersIn);
  // MLflow names its own by 32 hexadecimal digits.
  const { further = [], own = [] } = Object.groupBy(runs, (path) => (/\/[0-9a-f]{32}$/.test(path) ? 'further' : 'own'));
  return over(merged(further.slice(0, maxFurtherRuns).map(readRun)), merged(own.map(readRun)));
}

function readRun(run: string): Logged {
  return {
    metrics: pointsIn(join(run, 'metrics'), lastPoint),
    params: pointsIn(join(run, 'params'), wholeText),
    tags: pointsIn(join(run, 'tags'), wholeText, (name) => !name.startsWith('mlflow.')),
  };
}

/** By name: `a/b` is a file in a folder. */
function pointsIn<V>(
  folder: string,
  read: (file: string) => Point<V> | undefined,
  wanted: (name: string) => boolean = () => true,
): ReadonlyMap<string, Point<V>> {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true, recursive: true })) ?? [];
  return new Map(
    entries.flatMap((entry) => {
      const file = join(entry.parentPath, entry.name);
      const name = relative(folder, file);
      const point = entry.isFile() && wanted(name) ? read(file) : undefined;
      return point === undefined ? [] : [[name, point] as const];
    }),
  );
}

/** Lines of a metric are `<epoch milliseconds> <value> <step>`; MLflow 3 may write more behind them. */
function lastPoint(file: string): Point<LoggedValue> | undefined {
  const [time = '', value] = tail({ path: file, start: 0 }, 1).split(' ');
  return value === undefined ? undefined : { time: Number(time), value: numberOrText(value) };
}

function numberOrText(text: string): number | string {
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  return { inf: 'Infinity', '-inf': '-Infinity', nan: 'NaN' }[text] ?? text;
}

function wholeText(file: string): Point<string> | undefined {
  const value = ifThere(() => readFileSync(file, 'utf8'));
  return value === undefined ? undefined : { time: 0, value };
}

function foldersIn(folder: string): readonly string[] {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
}

/** Undefined for what is not there, or no longer. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
