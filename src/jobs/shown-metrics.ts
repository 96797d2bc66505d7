/** What the scripts of a job have logged, as `prl job show` has it: the latest value of each name. */
import { parseRunName } from '../language/names.ts';
import type { LoggedValue, Point } from '../pipeline/tracking/logged.ts';
import { readLogged } from '../pipeline/tracking/read.ts';
import { readRunLog } from '../pipeline/tracking/read-run-log.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';

/** Absent: none were logged. */
export interface ShownMetrics {
  /** With `Run.log` or MLflow: a number or a text, and of `log_list`, `log_row`, `log_table` a list, a row or columns. `NaN` and the infinities are texts. */
  readonly metrics?: Readonly<Record<string, LoggedValue>>;
  /** MLflow's. */
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** @param reusedFrom where the step took finished outputs: what was logged there */
export function metricsOfStep(store: RunStore, layout: JobLayout, name: string, reusedFrom: string | undefined): ShownMetrics {
  const ran = reusedFrom === undefined ? undefined : parseRunName(reusedFrom);
  const step = ran === undefined ? layout.step(name) : store.layout(ran.job).step(ran.step ?? name);
  const { metrics, params, tags } = readLogged(step);
  return {
    ...(metrics.size > 0 && { metrics: valuesOf(metrics) }),
    ...(params.size > 0 && { params: valuesOf(params) }),
    ...(tags.size > 0 && { tags: valuesOf(tags) }),
  };
}

/** With `Run.parent.log`. */
export function metricsOfJob(layout: JobLayout): Pick<ShownMetrics, 'metrics'> {
  const { metrics } = readRunLog(layout.runLog);
  return metrics.size > 0 ? { metrics: valuesOf(metrics) } : {};
}

function valuesOf<V>(points: ReadonlyMap<string, Point<V>>): Readonly<Record<string, V>> {
  const sorted = [...points].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, { value }]) => [name, value]));
}
