/** What a step writes, as it would stand in YAML. */
import { type Document, defined } from '../../document.ts';
import type { OutputDescription } from '../data/descriptions.ts';
import { asOutput, type StepOutput } from '../data/inputs.ts';
import { OutputDataset } from '../data/output-dataset.ts';
import type { Compilation } from './compilation.ts';

export interface OutputDocument {
  readonly port: Document;
  readonly value: Document;
  /** Of what it is registered as. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export function outputDocument(given: StepOutput, nodeId: string, compilation: Compilation): OutputDocument {
  const output = asOutput(given);
  const registration = (given instanceof OutputDataset ? given.options.registration : undefined) ?? output.registration;
  const name = output.pipelineOutputName;
  return {
    port: { type: output.isFile === true ? 'uri_file' : 'uri_folder', mode: output.mode },
    value: defined({
      // Where a pipeline's output goes is said by the pipeline; it goes where the step's would.
      path:
        name === undefined
          ? destination(output, nodeId, '${{name}}')
          : compilation.pipelineOutput(name, output, destination(output, nodeId, `\${{name}}.${nodeId}`)),
      name: registration?.name,
      description: registration?.description,
    }),
    tags: registration?.tags,
  };
}

/** `run`: what stands for the step's own run. */
function destination({ datastore, pathOnDatastore, origin }: OutputDescription, nodeId: string, run: string): string | undefined {
  if (datastore === undefined) return undefined;
  // Names that nobody gave are a step's own: two steps must not write to one place.
  const name = origin.isNamed ? origin.name : `${nodeId}_${origin.name}`;
  const inside = (pathOnDatastore ?? 'azureml/{run-id}/{output-name}').replaceAll('{run-id}', run).replaceAll('{output-name}', name);
  return `azureml://datastores/${datastore.name}/paths/${inside.replace(/^\/+/, '')}`;
}
