/**
 * MLflow without a server: a file store in the step's folder (the layout of https://mlflow.org/docs/latest/self-hosting/architecture/backend-store),
 * made before the step's processes start, so that they find their experiment and their run there and never race to make them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StepLayout } from '../../store/layout.ts';

export interface MlflowRun {
  /** MLflow allows letters, digits, `_` and `-`, at most 256. */
  readonly id: string;
  /** The experiment's folder in the store: its runs are folders there. */
  readonly experiment: string;
  /** What the store says of it; a worker's run says the same, but for its name. */
  readonly meta: object;
}

/** MLflow's default experiment, which whoever opens a store expects there. */
const experimentId = '0';

/** What says that the job, or its user, has a place of their own for what MLflow logs. */
const ownPlace = ['MLFLOW_TRACKING_URI', 'MLFLOW_RUN_ID', 'MLFLOW_EXPERIMENT_ID'];

/** As MLflow numbers them. */
export const runStatus = { running: 1, finished: 3, failed: 4, killed: 5 } as const;

/** @param run `job` alone where the job is one step. @param began epoch milliseconds */
export function mlflowRun(run: { readonly job: string; readonly step?: string }, layout: StepLayout, began: number): MlflowRun {
  const name = run.step === undefined ? run.job : `${run.job}-${run.step.replaceAll('.', '-')}`;
  // Room for the name of a worker behind it.
  const id = name.slice(0, 220);
  const meta = {
    // Among the step's artifacts, where Azure has them too.
    artifact_uri: pathToFileURL(layout.artifacts).href,
    end_time: null,
    entry_point_name: '',
    experiment_id: experimentId,
    lifecycle_stage: 'active',
    run_id: id,
    run_name: run.step ?? run.job,
    run_uuid: id,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: began,
    status: runStatus.running,
    tags: [],
    user_id: '',
  };
  return { id, experiment: join(layout.mlruns, experimentId), meta };
}

/**
 * What makes MLflow log to the step's run; nothing where the step's environment variables name another place.
 * @param given the step's environment variables
 */
export function mlflowVariables(
  run: MlflowRun,
  experimentName: string,
  layout: StepLayout,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (ownPlace.some((name) => given[name] !== undefined)) return {};
  return {
    MLFLOW_TRACKING_URI: pathToFileURL(layout.mlruns).href,
    MLFLOW_RUN_ID: run.id,
    MLFLOW_EXPERIMENT_NAME: given.MLFLOW_EXPERIMENT_NAME ?? experimentName,
    // MLflow 3 refuses file stores without it.
    MLFLOW_ALLOW_FILE_STORE: given.MLFLOW_ALLOW_FILE_STORE ?? 'true',
  };
}

/** Makes the store with the step's run; what an earlier life of the step has logged stays. @param began epoch milliseconds */
export function makeStore(run: MlflowRun, experimentName: string, layout: StepLayout, began: number): void {
  const folder = join(run.experiment, run.id);
  // MLflow 3 takes a folder without these for no run.
  for (const each of ['metrics', 'params', 'artifacts']) mkdirSync(join(folder, each), { recursive: true });
  writeOnce(join(run.experiment, 'meta.yaml'), {
    // Of runs that a script starts besides, and of MLflow 3's logged models.
    artifact_location: pathToFileURL(join(layout.artifacts, 'mlflow')).href,
    creation_time: began,
    experiment_id: experimentId,
    last_update_time: began,
    lifecycle_stage: 'active',
    name: experimentName,
  });
  writeOnce(join(folder, 'meta.yaml'), run.meta);
}

/** JSON is YAML. */
function writeOnce(file: string, content: object): void {
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(content));
}

/** The step has ended: its run says how, and a store that nobody used goes. @param ended epoch milliseconds */
export function closeStore(run: MlflowRun, layout: StepLayout, status: number, ended: number): void {
  const file = join(run.experiment, run.id, 'meta.yaml');
  // A script can take it away, too.
  if (!existsSync(file)) return;
  if (isUnused(run)) {
    rmSync(layout.mlruns, { recursive: true, force: true });
    return;
  }
  const meta = readFileSync(file, 'utf8');
  // Ours, or as MLflow writes it again: a key a line. A script that ended its run has said how itself.
  const told = meta
    .replace(/^status: 1$/m, `status: ${status}`)
    .replace(/"status":1\b/, `"status":${status}`)
    .replace(/^end_time: null$/m, `end_time: ${ended}`)
    .replace(/"end_time":null/, `"end_time":${ended}`);
  if (told !== meta) writeFileSync(file, told);
}

function isUnused({ id, experiment }: MlflowRun): boolean {
  const runs = readdirSync(experiment);
  if (runs.some((name) => name !== id && name !== 'meta.yaml')) return false;
  const entries = readdirSync(join(experiment, id), { recursive: true });
  return entries.length === 4 && readFileSync(join(experiment, id, 'meta.yaml'), 'utf8').startsWith('{');
}
