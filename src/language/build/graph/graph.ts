/** The steps as a graph: what each binding names, what flows along it, and that nothing waits for itself. */
import { parseTemplate, type Reference, references, soleReference } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { InputPort, InputValue, OutputPort, Step } from '../../types.ts';
import type { PipelineFrame } from '../context.ts';
import type { BuiltStep } from '../frame.ts';
import { unknownName } from '../names.ts';
import { isPrimitive } from '../ports/literals.ts';
import { cyclesIn } from './cycles.ts';
import { Flows } from './flow.ts';

export function bindGraph(
  built: ReadonlyMap<string, BuiltStep>,
  broken: ReadonlySet<string>,
  frame: PipelineFrame,
  place: Place,
): Readonly<Record<string, Step>> {
  const flows = new Flows(built, frame);
  const graph = new Graph(built, broken, frame, flows);
  for (const name of built.keys()) graph.checkStep(name);
  graph.checkCycles(place);
  return Object.fromEntries(
    [...built].flatMap(([name, { step, inline }]) =>
      step === undefined ? [] : [[name, inline ? { ...step, ...flows.ports(name) } : step]],
    ),
  );
}

class Graph {
  readonly #built: ReadonlyMap<string, BuiltStep>;
  readonly #broken: ReadonlySet<string>;
  readonly #frame: PipelineFrame;
  readonly #flows: Flows;
  /** Steps that a step waits for. */
  readonly #waits = new Map<string, Set<string>>();
  /** Which step's output writes a pipeline output. */
  readonly #writers = new Map<string, string>();
  /** Which step's output writes to a place that was given. */
  readonly #destinations = new Map<string, string>();

  constructor(built: ReadonlyMap<string, BuiltStep>, broken: ReadonlySet<string>, frame: PipelineFrame, flows: Flows) {
    this.#built = built;
    this.#flows = flows;
    this.#broken = broken;
    this.#frame = frame;
  }

  checkStep(name: string): void {
    const found = this.#built.get(name);
    if (found === undefined) return;
    const waits = new Set<string>();
    this.#waits.set(name, waits);
    for (const [input, value] of Object.entries(found.frame.inputs)) {
      if (value.kind !== 'expression') continue;
      const at = found.place.at('inputs', input);
      for (const { reference, text } of references(parseTemplate(value.text))) this.#checkInput(name, reference, text, waits, at);
      if (!found.inline) this.#checkFlow(input, value, found.frame.inputPorts[input], at);
    }
    for (const before of found.step?.runAfter ?? []) this.#checkRunAfter(name, before, waits, found.place.at('properties'));
    for (const [output, value] of Object.entries(found.frame.outputs)) {
      const at = found.place.at('outputs', output);
      if (value.binding !== undefined) this.#checkBinding(name, output, value.binding, at);
      if (value.path !== undefined)
        this.#checkDestination(name, output, value.path, value.type ?? found.frame.outputPorts[output]?.type, at);
    }
  }

  #checkInput(name: string, reference: Reference, text: string, waits: Set<string>, place: Place): void {
    switch (reference.scope) {
      case 'parent_input':
        if (!Object.hasOwn(this.#frame.inputPorts, reference.name)) {
          place.error(
            'unknown-input',
            `${text} names no input of the pipeline.`,
            unknownName(reference.name, Object.keys(this.#frame.inputPorts), 'inputs'),
          );
        }
        return;
      case 'step_output': {
        if (reference.step === name) {
          place.error('self-reference', `The step ${JSON.stringify(name)} is bound to its own output ${text}.`);
          return;
        }
        const source = this.#built.get(reference.step);
        if (source === undefined) {
          if (this.#broken.has(reference.step)) return;
          place.error('unknown-step', `${text} names no step of the pipeline.`, unknownName(reference.step, this.#names(), 'steps'));
          return;
        }
        waits.add(reference.step);
        const outputs = Object.keys(source.frame.outputPorts);
        if (!outputs.includes(reference.name)) {
          place.error(
            'unknown-output',
            `${text}: the step ${JSON.stringify(reference.step)} has no output ${JSON.stringify(reference.name)}.`,
            unknownName(reference.name, outputs, 'outputs'),
          );
        }
        return;
      }
      case 'macro':
        return;
      case 'input':
        place.error(
          'invalid-binding',
          `${text} cannot stand here: expected an input of the pipeline or an output of a step.`,
          `Write \${{parent.inputs.${reference.name}}}.`,
        );
        return;
      default:
        place.error(
          'invalid-binding',
          `${text} cannot stand here: expected an input of the pipeline or an output of a step.`,
          'Write ${{parent.inputs.NAME}} or ${{parent.jobs.STEP.outputs.NAME}}.',
        );
    }
  }

  #checkRunAfter(name: string, before: string, waits: Set<string>, place: Place): void {
    if (before === name) place.error('self-reference', `The step ${JSON.stringify(name)} is to run after itself.`);
    else if (this.#built.has(before)) waits.add(before);
    else if (!this.#broken.has(before)) {
      place.error(
        'unknown-step',
        `The step ${JSON.stringify(name)} is to run after ${JSON.stringify(before)}, which is no step of the pipeline.`,
        unknownName(before, this.#names(), 'steps'),
      );
    }
  }

  #checkFlow(input: string, value: InputValue & { readonly kind: 'expression' }, port: InputPort | undefined, place: Place): void {
    const flow = value.type === undefined ? this.#flows.along(value.text) : { type: value.type, declared: true };
    if (port === undefined || flow === undefined) return;
    const wanted = port.type;
    if (!isPrimitive(wanted) && isPrimitive(flow.type)) {
      place.error(
        'literal-for-data',
        `The input ${JSON.stringify(input)} takes data (${wanted}), and ${value.text} is a literal (${flow.type}).`,
      );
    } else if (isPrimitive(wanted) && wanted !== 'string' && !isPrimitive(flow.type)) {
      place.error(
        'data-for-literal',
        `The input ${JSON.stringify(input)} takes a literal (${wanted}), and ${value.text} is data (${flow.type}).`,
      );
    } else if (wanted === 'uri_file' && flow.type === 'uri_folder' && flow.declared) {
      place.error(
        'folder-for-file',
        `The input ${JSON.stringify(input)} takes one file (uri_file), and ${value.text} is a whole folder (uri_folder).`,
      );
    }
  }

  #checkBinding(name: string, output: string, text: string, place: Place): void {
    const reference = soleReference(text);
    if (reference?.scope !== 'parent_output') return;
    const target = reference.name;
    if (!Object.hasOwn(this.#frame.outputPorts, target)) {
      place.error(
        'unknown-output',
        `${text} names no output of the pipeline.`,
        unknownName(target, Object.keys(this.#frame.outputPorts), 'outputs'),
      );
      return;
    }
    const writer = this.#writers.get(target);
    const own = `jobs.${name}.outputs.${output}`;
    if (writer === undefined) this.#writers.set(target, own);
    else
      place.error(
        'two-writers',
        `The pipeline's output ${JSON.stringify(target)} is written twice: by ${writer} and by ${own}.`,
        'Give each an output of its own.',
      );
  }

  /** Several steps may fill a folder, as the cloud lets them; what is one file is judged where paths are resolved. */
  #checkDestination(name: string, output: string, path: string, type: OutputPort['type'] | undefined, place: Place): void {
    // The name is a step's own.
    if (path.includes('${{name}}')) return;
    const writer = this.#destinations.get(path);
    const own = `jobs.${name}.outputs.${output}`;
    if (writer === undefined) this.#destinations.set(path, own);
    else {
      const told = ['two-writers', `${path} is written twice: by ${writer} and by ${own}.`, 'Give each a path of its own.'] as const;
      if (type === 'uri_file') place.error(...told);
      else place.warn(...told);
    }
  }

  checkCycles(place: Place): void {
    for (const cycle of cyclesIn(this.#waits)) {
      const message = `The steps wait for each other in a cycle: ${cycle.join(' → ')}.`;
      place.at(cycle.at(-1) ?? '').keyError('cycle', message, 'An arrow reads "waits for". Take one of the bindings away.');
    }
  }

  #names(): string[] {
    return [...this.#built.keys(), ...this.#broken];
  }
}
