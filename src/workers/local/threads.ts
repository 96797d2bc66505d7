/**
 * How many threads libraries may start in a worker. Each takes the whole machine by default, so that several workers with as many threads
 * as there are cores only take turns: a job can take twice as long for it.
 */

/**
 * OpenMP (scikit-learn, PyTorch, XGBoost, LightGBM; Arrow asks it too), the three BLAS that NumPy and SciPy come with, numexpr below pandas, and
 * the pools of polars and of what is written in Rust (tokenizers). Not Numba's: it takes a lower number for the most that a script may ask for.
 */
const variables: readonly string[] = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'POLARS_MAX_THREADS',
  'RAYON_NUM_THREADS',
];

/**
 * The cores' share of a worker, at least 1; undefined where the libraries are left alone: for one worker, and where the job or whoever
 * runs it has set one of the variables (most libraries take the others from `OMP_NUM_THREADS`).
 * @param workers that run on the machine together
 * @param environmentVariables of the workers, with what is inherited
 */
export function threadsOfWorker(
  cores: number,
  workers: number,
  environmentVariables: Readonly<Record<string, string>>,
): number | undefined {
  if (workers < 2 || variables.some((name) => environmentVariables[name] !== undefined)) return undefined;
  return Math.max(1, Math.floor(cores / workers));
}

export function threadVariables(threads: number | undefined): Readonly<Record<string, string>> {
  return threads === undefined ? {} : Object.fromEntries(variables.map((name) => [name, String(threads)]));
}
