/** What a component becomes when it is called: a step of the pipeline whose function runs, or a job that stands alone. */
import type { ComponentDefinition, StepOptions } from './component.ts';
import { currentContext } from './context.ts';
import { type Document, defined, mapValues } from './document.ts';
import { Job, type OutputPorts } from './job.ts';
import { type OutputOptions, outputDocument } from './output.ts';
import { settingsDocument } from './settings.ts';
import { type InputLike, valueDocument } from './values.ts';

export type GivenInputs = Readonly<Record<string, InputLike | undefined>>;

export function callComponent<O extends OutputPorts>(definition: ComponentDefinition, given: GivenInputs, options: StepOptions<O>): Job<O> {
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
    return new Job<O>({ name, outputs: definition.outputs, document });
  }
  return new Job<O>({
    name: context.freeName(name ?? definition.name ?? definition.type, name !== undefined),
    outputs: definition.outputs,
    document: { type: definition.type, component: definition.component, ...parts.settings, inputs: parts.inputs, outputs: parts.outputs },
    context,
  });
}

interface Parts {
  readonly inputs: Document;
  readonly outputs: Document;
  readonly settings: Document;
}

function aloneDocument(definition: ComponentDefinition, { inputs, outputs, settings }: Parts): Document {
  if (definition.alone !== undefined) return { type: definition.type, ...definition.alone, ...settings, inputs, outputs };
  const { display_name = definition.name, description, tags, properties, experiment_name, ...running } = settings;
  return {
    type: 'pipeline',
    ...defined({ display_name, description, tags, properties, experiment_name }),
    outputs: mapValues(definition.outputs, (port, name) => ({ type: port.type ?? 'uri_folder', ...Object(outputs[name]) })),
    jobs: {
      main: {
        type: definition.type,
        component: definition.component,
        ...running,
        inputs,
        outputs: mapValues(definition.outputs, (_port, name) => `\${{parent.outputs.${name}}}`),
      },
    },
  };
}
