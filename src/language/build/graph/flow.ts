/** What flows along the bindings of a pipeline: the type that an expression brings, and the ports that follow from it. */
import { soleReference } from '../../expressions.ts';
import type { InputPort, OutputPort } from '../../types.ts';
import type { PipelineFrame } from '../context.ts';
import type { BuiltStep } from '../frame.ts';
import { isPrimitive } from '../ports/literals.ts';
import { inlinePorts, type Ports } from '../ports/ports.ts';

/** What an expression brings: its type, and whether somebody said so or it is only the default. */
export interface Flow {
  readonly type: InputPort['type'];
  readonly declared: boolean;
}

export class Flows {
  readonly #built: ReadonlyMap<string, BuiltStep>;
  readonly #frame: PipelineFrame;

  constructor(built: ReadonlyMap<string, BuiltStep>, frame: PipelineFrame) {
    this.#built = built;
    this.#frame = frame;
  }

  /** Steps written in place take their type from what they are bound to themselves. */
  along(text: string): Flow | undefined {
    const reference = soleReference(text);
    if (reference === undefined || reference.scope === 'macro') {
      // A path with `${{name}}` in it leads to data of any type; other text around an expression is a text.
      return /^(azureml:|[a-z]+:\/\/|\.{0,2}\/)/.test(text) ? undefined : { type: 'string', declared: true };
    }
    if (reference.scope === 'parent_input') {
      const port = Object.hasOwn(this.#frame.inputPorts, reference.name) ? this.#frame.inputPorts[reference.name] : undefined;
      return port === undefined ? undefined : { type: port.type, declared: this.#frame.declared || isPrimitive(port.type) };
    }
    return reference.scope === 'step_output' ? this.#fromStep(reference.step, reference.name) : undefined;
  }

  #fromStep(step: string, output: string): Flow | undefined {
    const source = this.#built.get(step);
    if (source === undefined) return undefined;
    if (!source.inline) {
      const port = source.frame.outputPorts[output];
      return port === undefined ? undefined : { type: port.type, declared: true };
    }
    const value = source.frame.outputs[output];
    if (value === undefined) return undefined;
    if (value.type !== undefined) return { type: value.type, declared: true };
    const bound = value.binding === undefined ? undefined : this.#ofOutput(value.binding);
    return { type: bound ?? 'uri_folder', declared: false };
  }

  #ofOutput(binding: string): OutputPort['type'] | undefined {
    const reference = soleReference(binding);
    if (reference?.scope !== 'parent_output' || !Object.hasOwn(this.#frame.outputPorts, reference.name)) return undefined;
    return this.#frame.outputPorts[reference.name]?.type;
  }

  /** The ports that a step written in place is taken to declare, among the others. */
  ports(name: string): Ports {
    const frame = this.#built.get(name)?.frame;
    if (frame === undefined) return { inputPorts: {}, outputPorts: {} };
    return inlinePorts(
      frame.inputs,
      frame.outputs,
      (text) => this.along(text)?.type,
      (binding) => this.#ofOutput(binding),
    );
  }
}
