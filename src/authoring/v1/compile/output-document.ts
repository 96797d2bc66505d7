/** What a step writes, as it would stand in YAML. */
import { type Document, defined } from '../../document.ts';
import type { OutputDescription } from '../data/descriptions.ts';
import { asOutput, type StepOutput } from '../data/inputs.ts';
import { OutputDataset } from '../data/output-dataset.ts';
import type { Compilation } from './compilation.ts';

export interface OutputDocument {
  readonly port: Document;
  readonly value: Document;
}

export function outputDocument(given: StepOutput, nodeId: string, compilation: Compilation): OutputDocument {
  const output = asOutput(given);
  const registration = (given instanceof OutputDataset ? given.options.registration : undefined) ?? output.registration;
  const name = output.pipelineOutputName;
  return {
    port: { type: 'uri_folder', mode: output.mode },
    value: defined({
      // Where a pipeline's output goes is said by the pipeline; it goes where the step's would.
      path:
        name === undefined
          ? destination(output, '${{name}}')
          : compilation.pipelineOutput(name, output, destination(output, `\${{name}}.${nodeId}`)),
      name: registration?.name,
      description: registration?.description,
    }),
  };
}

/** `run`: what stands for the step's own run. */
function destination({ datastore, pathOnDatastore, name }: OutputDescription, run: string): string | undefined {
  if (datastore === undefined) return undefined;
  const inside = (pathOnDatastore ?? 'azureml/{run-id}/{output-name}').replaceAll('{run-id}', run).replaceAll('{output-name}', name);
  return `azureml://datastores/${datastore.name}/paths/${inside.replace(/^\/+/, '')}`;
}
