/** What scripts have logged, for people. */
import type { ShownJob } from '../../jobs/show.ts';

const maxLines = 20;
const maxText = 60;

/** Rows of what is told of a job; each metric with the step's name where there are several. */
export function metricFacts(job: ShownJob): readonly (readonly [string, string])[] {
  const steps = Object.entries(job.steps);
  const rows = (owner: string, kind: string, values: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(values).map(([name, value]) => [kind, `${owner}${name}: ${shortened(value)}`] as const);
  const all = [
    ...rows('', 'metric', job.metrics),
    ...steps.flatMap(([step, { metrics, params }]) => {
      const owner = steps.length === 1 ? '' : `${step}  `;
      return [...rows(owner, 'metric', metrics), ...rows(owner, 'param', params)];
    }),
  ];
  const more = all.length - maxLines;
  return more <= 0 ? all : [...all.slice(0, maxLines), ['', `… and ${more} more (prl job show ${job.name} --output json)`]];
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`;
}
