/** A piece of work on its way to a step. */
import type { Place } from '../findings.ts';
import type { ComponentOrigin, InputPort, InputValue, Literal, OutputPort, OutputValue, Step } from '../types.ts';

/** What surrounds the keys of a piece of work. */
export interface Frame {
  readonly inputPorts: Readonly<Record<string, InputPort>>;
  readonly outputPorts: Readonly<Record<string, OutputPort>>;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Readonly<Record<string, OutputValue>>;
  /** Own inputs whose literal is known. */
  readonly literals: ReadonlyMap<string, Literal | undefined>;
  /** A component's own definition, which has no values, or a use of it (or of nothing) with values. */
  readonly role: 'definition' | 'use';
  /** Of a component by itself: gathers what waits for the values of inputs. */
  readonly deferred: Set<string> | undefined;
  readonly origin: ComponentOrigin;
  /** `additional_includes`, absolute. */
  readonly includes: readonly string[];
}

export interface BuiltStep {
  readonly frame: Frame;
  /** Undefined: something in it was wrong (told); its bindings are judged all the same. */
  readonly step: Step | undefined;
  /** Written in place: its ports follow from its values. */
  readonly inline: boolean;
  readonly place: Place;
}
