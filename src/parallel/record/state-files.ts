/** What the engine keeps in a step's `state/` folder. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reader } from '../../data/types.ts';
import type { StepSummary } from '../../events/types.ts';
import { writeAtomically } from '../../os/files.ts';

export interface StateFiles {
  readonly directory: string;
  readonly manifest: string;
  readonly ledger: string;
  /** Folder of the segments. */
  readonly segments: string;
  readonly markers: string;
  /** What regrouping by columns puts on disk. */
  readonly scratch: string;
}

export function stateFiles(directory: string): StateFiles {
  return {
    directory,
    manifest: join(directory, 'manifest.jsonl'),
    ledger: join(directory, 'ledger.bin'),
    segments: join(directory, 'segments'),
    markers: join(directory, 'markers'),
    scratch: join(directory, 'scratch'),
  };
}

/** Small facts that a later life of the step must know; each is a file of its own, written whole or not at all. */
export interface Facts {
  /** How every worker reads the input. */
  readonly readers: readonly Reader[];
  /** The manifest is complete: so many mini-batches. */
  readonly planned: { readonly total: number };
  /** The first line of the output. */
  readonly header: string;
  /** The step ended because too much failed: whoever resumes it wants that tried again. */
  readonly failed: { readonly error: string };
  /** The step completed: its output has its name. */
  readonly finished: { readonly summary: StepSummary; readonly output?: string };
}

export function writeFact<K extends keyof Facts>(state: StateFiles, name: K, fact: Facts[K]): void {
  writeAtomically(join(state.directory, `${name}.json`), JSON.stringify(fact));
}

export function readFact<K extends keyof Facts>(state: StateFiles, name: K): Facts[K] | undefined {
  const file = join(state.directory, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Facts[K]) : undefined;
}

export function removeFact(state: StateFiles, name: keyof Facts): void {
  rmSync(join(state.directory, `${name}.json`), { force: true });
}

/** Makes the folders. */
export function prepareState(state: StateFiles): void {
  for (const folder of [state.directory, state.segments, state.markers]) mkdirSync(folder, { recursive: true });
}
