/** What building a spec needs besides the value itself. */
import type { StepNames } from '../extensions.ts';
import type { Findings, Place } from '../findings.ts';
import type { ComponentSpec, InputPort, Literal, OutputPort, Step } from '../types.ts';

/** Registered components that were looked up so far, by reference; `null`: there is none. */
export type KnownComponents = ReadonlyMap<string, ComponentSpec | null>;

/** What a component that is not registered is: who only looks at a file may look before it is. */
export type Unregistered = 'error' | 'warning';
export const UNREGISTERED = 'unknown-component';

export interface Context {
  readonly findings: Findings;
  readonly components: KnownComponents;
  /** References that were met and not looked up yet: the caller looks them up and builds again. */
  readonly wanted: Set<string>;
  readonly unregistered: Unregistered;
  /** Of a component by itself: gathers the settings that depend on the values of inputs. Undefined: every value must be known. */
  readonly deferred: Set<string> | undefined;
  /** The step that a component is read for, for messages. */
  readonly step?: string;
  /** The steps of a pipeline; a component that is one holds steps, which may be made from components. */
  readonly buildSteps: BuildSteps;
  /** Component files that are being read, outermost first: a component must not contain itself. */
  readonly openFiles: readonly string[];
}

/** What the pipeline around a step offers to bind to. */
export interface Surroundings {
  /** Inputs of the pipeline; with the value of those whose literal is known already. */
  readonly inputs: ReadonlyMap<string, Literal | undefined>;
}

/** What the pipeline offers its steps. */
export interface PipelineFrame {
  readonly surroundings: Surroundings;
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  /** Of a job: by its outputs' own types; of a component: as declared. */
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  /** The types of the outputs were declared, and do not follow from the steps. */
  readonly declared: boolean;
  readonly stepNames: StepNames;
}

/** Undefined: told why there are none. */
export type BuildSteps = (raw: unknown, frame: PipelineFrame, place: Place, context: Context) => Readonly<Record<string, Step>> | undefined;
