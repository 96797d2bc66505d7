/** What a completion script is told of the home: a candidate a line, behind a tab what it is. */
import { formatAgo } from '../../events/format.ts';
import { findJob } from '../../jobs/find-job.ts';
import { logSources } from '../../jobs/log-sources.ts';
import { namesOfSteps } from '../../jobs/named-outputs.ts';
import { stepNames } from '../../jobs/steps.ts';
import { epochNow } from '../../os/clock.ts';
import { jobOutputs } from '../../pipeline/job-outputs.ts';
import type { AssetKind } from '../../store/assets.ts';
import type { RunStore } from '../../store/store.ts';
import { nearPath } from '../terminal/near-path.ts';

export const assetKinds = ['data', 'model', 'environment', 'component', 'datastore'] as const satisfies readonly AssetKind[];
export type Asked = 'jobs' | 'steps' | 'outputs' | 'workers' | (typeof assetKinds)[number];

/** Jobs beyond the newest are rarely meant, and a shell that lists thousands helps nobody. */
const mostJobs = 200;

/** @param line the words before the cursor: of them, which job is meant */
export function candidates(store: RunStore, asked: string, line: readonly string[]): readonly string[] {
  const asset = assetKinds.find((kind) => kind === asked);
  if (asset !== undefined) return [...new Set(store.assets.list(asset).map(({ name }) => name))];
  if (asked === 'jobs') return jobs(store);
  const { name } = findJob(store, jobIn(line)).job;
  const spec = store.jobs.spec(name);
  const layout = store.layout(name);
  switch (asked) {
    case 'steps':
      return stepNames(spec);
    case 'workers':
      return [...new Set(logSources(spec, layout).flatMap(({ worker }) => worker ?? []))];
    case 'outputs': {
      const { job, steps } = jobOutputs(spec, layout);
      return Object.keys({ ...job, ...namesOfSteps(spec, steps) });
    }
    default:
      return [];
  }
}

function jobs(store: RunStore): readonly string[] {
  const now = epochNow();
  const described = store.jobs.list({ archived: 'any', limit: mostJobs }).map(({ name, status, created, source, displayName }) => {
    const what = source === undefined ? displayName : nearPath(source);
    return `${name}\t${[status, formatAgo(created, now), ...(what === undefined ? [] : [what])].join(', ')}`;
  });
  return described.length === 0 ? [] : ['last\tthe newest of this folder', ...described];
}

/** `--name NAME`, else the first word behind the command that is neither an option nor an option's value. */
function jobIn(line: readonly string[]): string | undefined {
  const named = line.findIndex((word) => word === '-n' || word === '--name');
  if (named !== -1) return line[named + 1];
  return line.slice(3).find((word, at) => word !== '' && !word.startsWith('-') && line[at + 2]?.startsWith('-') !== true);
}
