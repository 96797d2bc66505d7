/** The facts of a job that lie in its folder: all that is needed to know it again when the database is lost. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import type { Status } from '../events/types.ts';
import type { Amendment } from '../language/amend.ts';
import type { Portion } from '../language/portion.ts';
import { factIn, isRecord, readFactFile, writeFactFile } from '../os/facts.ts';
import type { JobLayout } from './layout.ts';

/** What neither the spec nor the events hold. */
export interface JobFacts {
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly portion?: Portion;
  readonly archived: boolean;
  /** Where whoever created it was, and that user's name. */
  readonly workingDirectory?: string;
  readonly createdBy?: string;
  /** Settings that a resume has changed, oldest first. */
  readonly amendments?: readonly (Amendment & { /** ISO 8601 in UTC. */ readonly at: string })[];
}

/** How the last life of a job ended; none while it runs, or when its coordinator did not live to say so. */
export interface JobEnding {
  readonly status: Extract<Status, 'Completed' | 'Failed' | 'Canceled'>;
  readonly error?: string;
  /** ISO 8601 in UTC. */
  readonly ended: string;
  /** When the job was first started, and how many seconds it ran, in all its lives. Version 0.1 did not write them. */
  readonly started?: string;
  readonly seconds?: number;
}

export function readJobFacts(layout: JobLayout): JobFacts | undefined {
  const facts: (JobFacts & { readonly limit?: unknown }) | undefined = factIn(readFactFile(layout.facts, isJobFacts));
  if (typeof facts?.limit !== 'number') return facts;
  // As version 0.1 wrote it.
  const { limit, ...rest } = facts;
  return { ...rest, portion: { from: 0, count: limit } };
}

export function writeJobFacts(layout: JobLayout, facts: JobFacts): void {
  writeFactFile(layout.facts, facts);
}

export function readEnding(layout: JobLayout): JobEnding | undefined {
  return factIn(readFactFile(layout.ending, isEnding));
}

export function writeEnding(layout: JobLayout, ending: JobEnding): void {
  writeFactFile(layout.ending, ending);
}

/** The spec as it was stored. @throws RequestError where it is gone or torn: nothing else knows it */
export function readStoredSpec(layout: JobLayout, job: string): Readonly<Record<string, unknown>> {
  const found = readFactFile(layout.spec, isRecord);
  if (found.kind === 'whole') return found.fact;
  throw new RequestError({
    code: 'torn-spec',
    file: layout.spec,
    message: `What the job ${job} is cannot be read: ${found.kind === 'torn' ? found.why : 'the file is gone'}.`,
    hint: 'Put the file back from a copy, or run the job as a new one; what it has made is still in its folder.',
  });
}

export function writeStoredSpec(layout: JobLayout, spec: object): void {
  writeFactFile(layout.spec, spec);
}

/** A job was made here to its end. (Version 0.1 wrote no facts, but an event before anything ran.) */
export function holdsJob(layout: JobLayout): boolean {
  return readJobFacts(layout) !== undefined || (existsSync(layout.events) && existsSync(layout.spec));
}

/** Names of the folders that hold jobs, or what was left of making one. */
export function jobFolders(home: string): readonly string[] {
  return readdirSync(join(home, 'jobs'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

function isJobFacts(value: unknown): value is JobFacts {
  return isRecord(value) && typeof value.created === 'string' && typeof value.archived === 'boolean';
}

function isEnding(value: unknown): value is JobEnding {
  return isRecord(value) && typeof value.status === 'string' && typeof value.ended === 'string';
}
