/** A step as it would stand in YAML: a component with its ports, and what they are given. */
import { stepProperties } from '../../../language/extensions.ts';
import { type Document, defined } from '../../document.ts';
import { computeName } from '../config/compute-target.ts';
import { appendsRows, type ParallelRunSettings } from '../config/parallel-run-options.ts';
import { asOutput } from '../data/inputs.ts';
import type { ModuleNode } from '../graph/module-node.ts';
import { commandDocument } from './command-document.ts';
import type { Compilation } from './compilation.ts';
import { inputDocument } from './input-document.ts';
import { outputDocument } from './output-document.ts';
import { parallelDocument } from './parallel-document.ts';

/** @throws RequestError for a parameter's value that a setting cannot have. */
export function stepDocument({ nodeId, step, work }: ModuleNode, compilation: Compilation): Document {
  const { split } = step;
  const inputs = step.inputs.map((input) => [input.name, inputDocument(input, split.includes(input.name), compilation)] as const);
  const outputs = step.outputs.map((output) => [asOutput(output).name, outputDocument(output, nodeId, compilation)] as const);
  const settings = work.kind === 'parallel' ? work.settings : undefined;
  const { computeTarget } = work.kind === 'parallel' ? work.settings : work;
  const partitionFormats = byName(inputs, ({ partitionFormat }) => partitionFormat);
  return defined({
    type: work.kind,
    display_name: step.name,
    description: settings?.description,
    compute: computeTarget === undefined ? undefined : computeName(computeTarget),
    properties: stepProperties({
      runAfter: [...step.runsAfter].flatMap((before) => compilation.nodeIdOf(before) ?? []),
      tables: byName(inputs, ({ table }) => table),
      outputTags: byName(outputs, ({ tags }) => tags),
      settings: settings === undefined ? {} : { ...fileOfRows(settings), partitionFormats },
    }),
    inputs: Object.fromEntries(inputs.map(([name, { value }]) => [name, value])),
    outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])),
    component: defined({
      type: work.kind,
      name: step.name,
      version: step.version,
      is_deterministic: step.allowReuse ? undefined : false,
      inputs: Object.fromEntries(inputs.map(([name, { port }]) => [name, port])),
      outputs: Object.fromEntries(outputs.map(([name, { port }]) => [name, port])),
      ...(work.kind === 'parallel'
        ? parallelDocument(step, work, compilation.parameters)
        : commandDocument(step, work, compilation.parameters)),
    }),
  });
}

function byName<V, T>(
  entries: readonly (readonly [name: string, value: V])[],
  of: (value: V) => T | undefined,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const found = of(value);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function fileOfRows(settings: ParallelRunSettings): { readonly appendRowFileName?: string } {
  const { appendRowFileName } = settings;
  return appendsRows(settings) && appendRowFileName !== undefined ? { appendRowFileName } : {};
}
