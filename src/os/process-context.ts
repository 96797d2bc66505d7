/**
 * What a process of ours has once, however many jobs it runs, as a job's context is what all steps of the job share.
 * Made at the process's entry point (a command, a background job, a client's call) and passed from there.
 */
import { availableParallelism } from 'node:os';
import { Capacity } from './capacity.ts';
import { newLineage } from './lineage.ts';
import { Reaper } from './reaper.ts';
import { Signals } from './signals.ts';

export interface ProcessContext {
  /** What every process of a job inherits, and where settings such as `PARALLELRUN_PYTHON` are read. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** For the steps of all jobs together. */
  readonly capacity: Capacity;
  /** What the marks of all processes that this one starts for steps begin with. */
  readonly lineage: string;
  readonly reaper: Reaper;
  readonly signals: Signals;
  /** The jobs that this process runs, by folder: aborting ends one at once. */
  readonly running: Map<string, AbortController>;
}

/** Commands mostly wait or are short: so many may always run at the same time, however few processors there are. */
const leastSlots = 4;

export function processContext(environmentVariables: NodeJS.ProcessEnv = process.env): ProcessContext {
  const set = Object.entries(environmentVariables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const lineage = newLineage();
  return {
    environmentVariables: Object.fromEntries(set),
    capacity: new Capacity(Math.max(leastSlots, availableParallelism())),
    lineage,
    reaper: new Reaper(lineage),
    signals: new Signals(),
    running: new Map(),
  };
}
