/** What building a spec needs besides the value itself. */
import type { Findings, Place, Source } from '../findings.ts';
import type { Literal, Step } from '../types.ts';

/** Registered components that were looked up so far, by reference; `null`: there is none. */
export type KnownComponents = ReadonlyMap<string, Step | null>;

export interface Context {
  readonly findings: Findings;
  readonly components: KnownComponents;
  /** References that were met and not looked up yet: the caller looks them up and builds again. */
  readonly wanted: Set<string>;
  /** Component files that are being read, outermost first: a component must not contain itself. */
  readonly openFiles: readonly string[];
}

/** What the pipeline around a step offers to bind to. */
export interface Surroundings {
  /** Inputs of the pipeline; with the value of those whose literal is known already. */
  readonly inputs: ReadonlyMap<string, Literal | undefined>;
}

export type { Place, Source };
