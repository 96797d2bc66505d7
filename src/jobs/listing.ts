/** A job as lists show it, without a look at its events where it has ended. */
import { pathToFileURL } from 'node:url';
import { foldAll, isFinal, type JobState } from '../events/fold.ts';
import { readEvents } from '../events/read.ts';
import type { Status } from '../events/types.ts';
import { writeInput } from '../language/dump/values.ts';
import type { Portion } from '../language/portion.ts';
import type { DataType, JobSpec, Step } from '../language/types.ts';
import { epochNow } from '../os/clock.ts';
import { jobOutputs } from '../pipeline/job-outputs.ts';
import { placeToTell } from '../pipeline/steps/record.ts';
import { readEnding, readJobFacts } from '../store/job-folder.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';
import { presentState } from './facts.ts';

export interface JobListing {
  readonly name: string;
  readonly status: Status;
  readonly display_name: string;
  readonly experiment_name?: string;
  readonly description?: string;
  /** `pipeline`, or what a job that stands alone is. */
  readonly type?: Step['type'];
  /** The job's folder on this machine. */
  readonly directory: string;
  /** The file that it was read from. */
  readonly file?: string;
  /** As Azure has it; times are ISO 8601 in UTC. */
  readonly creation_context: {
    readonly created_at: string;
    readonly created_by?: string;
    readonly created_by_type: 'User';
    readonly last_modified_at: string;
  };
  /** When it was first started, when it ended. */
  readonly start_time?: string;
  readonly end_time?: string;
  /** Seconds that it ran, in all its lives, so far. */
  readonly duration_s?: number;
  /** The job ran only the first mini-batches of each parallel step. */
  readonly limit?: number;
  /** The job ran only this mini-batch, of its one parallel step or of `step`. */
  readonly mini_batch?: number;
  readonly step?: string;
  readonly error?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  /** A value, or `{type, path, mode}`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, ShownOutput>>;
  /** Where `az` has links to its web pages: the job's folder, as a link. */
  readonly services: { readonly Studio: { readonly endpoint: string; readonly type: 'Studio' } };
}

export interface ShownOutput {
  readonly type: DataType;
  /** Absolute. Absent where it is not known yet. */
  readonly path?: string;
  readonly mode?: string;
}

/** When a job ran. */
export interface JobTimes {
  readonly started?: string;
  readonly ended?: string;
  readonly seconds?: number;
  /** When it was last heard of. */
  readonly heard?: string;
}

export async function listJob(store: RunStore, record: JobRecord): Promise<JobListing> {
  const { events } = store.layout(record.name);
  if (!isFinal(record.status)) {
    const { state, status } = await presentState(store, record.name);
    return listing(store, record, status, state.error, timesOf(state, status));
  }
  // Version 0.1 did not write down when a job began.
  const times = writtenTimes(store, record.name) ?? timesOf(await foldAll(readEvents(events)));
  return listing(store, record, record.status, record.error, times);
}

/** Of a job that has ended. */
export function writtenTimes(store: RunStore, name: string): JobTimes | undefined {
  const ending = readEnding(store.layout(name));
  return ending?.seconds === undefined ? undefined : ending;
}

export function listing(store: RunStore, record: JobRecord, status: Status, error: string | undefined, times: JobTimes): JobListing {
  const { name, displayName, experimentName, source, portion, created } = record;
  const layout = store.layout(name);
  const spec = store.jobs.readableSpec(name);
  const createdBy = readJobFacts(layout)?.createdBy;
  const { started, ended, seconds, heard } = times;
  return {
    name,
    status,
    display_name: displayName ?? name,
    ...(experimentName !== undefined && { experiment_name: experimentName }),
    ...(spec?.description !== undefined && { description: spec.description }),
    ...(spec !== undefined && { type: typeOf(spec) }),
    directory: layout.directory,
    ...(source !== undefined && { file: source }),
    creation_context: {
      created_at: created,
      ...(createdBy !== undefined && { created_by: createdBy }),
      created_by_type: 'User',
      last_modified_at: ended ?? heard ?? created,
    },
    ...(started !== undefined && { start_time: started }),
    ...(ended !== undefined && { end_time: ended }),
    ...(seconds !== undefined && { duration_s: seconds }),
    ...(portion !== undefined && shownPortion(portion)),
    ...(error !== undefined && { error }),
    tags: spec?.tags ?? {},
    properties: spec?.properties ?? {},
    inputs: spec === undefined ? {} : inputsOf(spec),
    outputs: spec === undefined ? {} : outputsOf(store, name, spec),
    services: { Studio: { endpoint: pathToFileURL(layout.directory).href, type: 'Studio' } },
  };
}

/** @param status that holds now: for one whose coordinator is gone, time ended with what was last heard of it */
export function timesOf(state: JobState, status: Status = state.status): JobTimes {
  const { firstStarted, started, ended, lastTime, earlierSeconds } = state;
  if (firstStarted === undefined || started === undefined) return {};
  const last = ended ?? (status === 'NotResponding' ? lastTime : undefined);
  const end = last === undefined ? epochNow() : Date.parse(last);
  return {
    started: firstStarted,
    ...(isFinal(status) && ended !== undefined && { ended }),
    seconds: Math.round((earlierSeconds + Math.max(0, end - Date.parse(started)) / 1000) * 1000) / 1000,
    ...(lastTime !== undefined && { heard: lastTime }),
  };
}

function typeOf({ standalone, steps }: JobSpec): Step['type'] {
  return standalone ? (steps.main?.type ?? 'command') : 'pipeline';
}

function inputsOf({ inputs, inputPorts }: JobSpec): Readonly<Record<string, unknown>> {
  const named = Object.entries(inputs).map(([name, value]) => {
    if (value.kind === 'literal') return [name, value.value] as const;
    const shown = writeInput(value, (path) => path);
    const type = Object.hasOwn(inputPorts, name) ? inputPorts[name]?.type : undefined;
    return [name, typeof shown === 'object' ? { ...(type !== undefined && { type }), ...shown } : shown] as const;
  });
  return Object.fromEntries(named);
}

function outputsOf(store: RunStore, name: string, spec: JobSpec): Readonly<Record<string, ShownOutput>> {
  const written = jobOutputs(spec, store.layout(name)).job;
  const names = Object.keys({ ...spec.outputPorts, ...spec.outputs });
  return Object.fromEntries(
    names.map((output) => {
      const { type, path, mode } = (Object.hasOwn(spec.outputs, output) ? spec.outputs[output] : undefined) ?? {};
      const known = Object.hasOwn(written, output) ? written[output] : undefined;
      const where = known === undefined ? path : placeToTell(known);
      const shown: ShownOutput = {
        type: known?.type ?? type ?? spec.outputPorts[output]?.type ?? 'uri_folder',
        ...(where !== undefined && { path: where }),
        ...(mode !== undefined && { mode }),
      };
      return [output, shown];
    }),
  );
}

function shownPortion({ from, count, step }: Portion): Pick<JobListing, 'limit' | 'mini_batch' | 'step'> {
  return from === 0 && step === undefined ? { limit: count } : { mini_batch: from, ...(step !== undefined && { step }) };
}
