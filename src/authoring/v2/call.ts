/** What a component becomes when it is called: a step of the pipeline whose function runs, or a job that stands alone. */

import { jobFromObject, type LoadedJob } from '../../language/index.ts';
import { type Document, defined, mapValues } from '../document.ts';
import type { ComponentShape, StepOptions } from './component-shape.ts';
import { currentContext } from './context.ts';
import { Job, type OutputPorts } from './job.ts';
import { type OutputOptions, outputDocument } from './output.ts';
import { settingsDocument } from './settings.ts';
import { type InputLike, valueDocument } from './values.ts';

export type GivenInputs = Readonly<Record<string, InputLike | undefined>>;

export function callComponent<O extends OutputPorts>(definition: ComponentShape, given: GivenInputs, options: StepOptions<O>): Job<O> {
  const { name, outputs = {}, ...settings } = options;
  const written = Object.entries<OutputOptions | undefined>(outputs).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, outputDocument({ type: definition.outputs[key]?.type, ...value })]],
  );
  const values = mapValues(given, (value, key) => valueDocument(value, definition.inputs[key]?.type));
  const parts: Parts = {
    inputs: defined({ ...mapValues(definition.inputs, (port) => port.value), ...defined(values) }),
    outputs: { ...definition.outputValues, ...Object.fromEntries(written) },
    settings: { ...definition.running, ...settingsDocument(settings) },
  };
  const context = currentContext();
  if (context === undefined) {
    const document = { ...defined({ name }), ...aloneDocument(definition, parts) };
    return new Job<O>({ name, outputs: definition.outputs, judged: judgeJob(document) });
  }
  const document = {
    type: definition.type,
    component: definition.component,
    ...parts.settings,
    inputs: parts.inputs,
    outputs: parts.outputs,
  };
  const stepName = context.freeName(name ?? definition.name ?? definition.type, name !== undefined);
  return new Job<O>({ name: stepName, outputs: definition.outputs, step: { document, context } });
}

/** @throws RequestError with everything that is wrong. */
export function judgeJob(document: Document): LoadedJob {
  return jobFromObject(document, { baseDirectory: process.cwd() });
}

interface Parts {
  readonly inputs: Document;
  readonly outputs: Document;
  readonly settings: Document;
}

function aloneDocument(definition: ComponentShape, { inputs, outputs, settings }: Parts): Document {
  const { type, name, component, alone } = definition;
  const work = alone ?? { ...defined({ display_name: name }), component };
  return { type, ...work, ...settings, inputs, outputs };
}
