/** What every step of one run of a job shares. */
import type { Image } from '../environments/kept/image-file.ts';
import type { JobState } from '../events/fold.ts';
import type { Emit, Status } from '../events/types.ts';
import type { Portion } from '../language/portion.ts';
import type { JobSpec } from '../language/types.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { Interpreter, RunControl } from '../parallel/types.ts';
import type { AssetRegistry } from '../store/assets.ts';
import type { JobLayout } from '../store/layout.ts';
import { type JobFacts, macrosOf } from './bind/facts.ts';
import type { Known } from './bind/inputs.ts';
import type { BoundOutput } from './bind/outputs.ts';
import type { WantedContainers } from './code/containers.ts';
import type { StepPythons } from './code/python.ts';
import type { Snapshot } from './code/snapshot.ts';
import type { StepGraph } from './graph/step-graph.ts';
import type { Reuse } from './reuse/reuse.ts';
import type { StepRecord } from './steps/record.ts';

export interface Job {
  readonly name: string;
  readonly spec: JobSpec;
  readonly layout: JobLayout;
  readonly home: string;
  /** Only these mini-batches; such a job is neither reused nor reuses. */
  readonly portion?: Portion;
  /** What earlier lives of the job have told. Default: nothing. */
  readonly told?: JobState;
  /** Steps that have not completed take the code as it stands now. Default: they run what they have a copy of. */
  readonly editedCode?: boolean;
  /** No step counts as completed: all are run. */
  readonly fromScratch?: boolean;
  /** Run every step, also those whose finished outputs could be taken. Default: what the spec's settings say. */
  readonly forceRerun?: boolean;
}

/** A job as it stands: found out by looking alone. */
export interface JobContext {
  readonly here: ProcessContext;
  readonly job: Job;
  readonly graph: StepGraph;
  readonly facts: JobFacts;
  readonly assets: AssetRegistry;
  readonly control: RunControl;
  /** What steps in containers run in. */
  readonly containers: WantedContainers;
  /** What each step's Python is, or is to be made of. */
  readonly pythons: StepPythons;
  /** By full step name. */
  readonly outputs: ReadonlyMap<string, readonly BoundOutput[]>;
  /** What became of each step so far; steps that ended are written here and on disk. */
  readonly records: Map<string, StepRecord>;
}

/** A job whose code and outputs have their places. */
export interface PreparedJob extends JobContext {
  /** By full step name, of those that have not completed. */
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  /** Absent for a standalone job, which always runs. */
  readonly reuse?: Reuse;
  /** What goes on after a step has ended and must be done before the job ends. */
  readonly afterwards: Promise<void>[];
}

/** What a step can be bound in: its Python and its image are there. */
export interface EquippedJob extends JobContext {
  /** By full step name; none for steps that need no Python. */
  readonly interpreters: ReadonlyMap<string, Interpreter>;
  /** By full step name, of those that run in containers. */
  readonly images: ReadonlyMap<string, Image>;
}

/** Steps can run. */
export type RunnableJob = PreparedJob & EquippedJob;

/** How a step ended. */
export type StepEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly error: string }
  /** Drained or killed on request. */
  | { readonly kind: 'interrupted' }
  /** It never began. */
  | { readonly kind: 'skipped'; readonly because: string };

/** What the inputs of the job's steps are read with. */
export function knownTo({ records, assets, facts }: JobContext): Known {
  return { outputOf: (step, output) => records.get(step)?.outputs[output], assets, macros: macrosOf(facts) };
}

export function emitStatus(
  emit: Emit,
  step: string,
  status: Status,
  more: { error?: string; exitCode?: number; lasting?: true; reusedFrom?: string; notReused?: string; skippedBecause?: string } = {},
): void {
  emit({ type: 'step_status', step, status, ...more });
}
