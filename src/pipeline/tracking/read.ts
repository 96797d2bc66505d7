import type { StepLayout } from '../../store/layout.ts';
import { type Logged, merged } from './logged.ts';
import { readMlflow } from './read-mlflow.ts';
import { readRunLog } from './read-run-log.ts';

/** What the scripts of a step have logged, with `Run.log` and with MLflow alike. @param window of a long log only the last so many bytes. Default: all of it */
export function readLogged(layout: StepLayout, window?: number): Logged {
  return merged([readMlflow(layout.mlruns), readRunLog(layout.metrics, window)]);
}
