/** What a step writes: the common part of `PipelineData` and `OutputFileDatasetConfig`. */
import type { OutputMode } from '../../language/types.ts';
import type { DatasetConsumptionConfig } from './consumption.ts';
import type { Datastore } from './datastore.ts';
import { invalid } from './invalid.ts';
import type { PipelineStep } from './pipeline-step.ts';

export abstract class OutputData {
  /** The output as another step reads it. */
  abstract toInput(): DatasetConsumptionConfig;
  abstract readonly name: string;
  /** The same for all copies that differ only in how they are delivered or registered. */
  abstract readonly origin: object;
  abstract readonly mode: OutputMode;
  readonly datastore?: Datastore | undefined;
  /** In the datastore; may hold `{run-id}` and `{output-name}`. */
  readonly pathOnDatastore?: string | undefined;
  readonly registration?: Registration | undefined;
  /** The output of the pipeline that it is. */
  readonly pipelineOutputName?: string | undefined;
}

export interface Registration {
  readonly name: string;
  readonly description?: string | undefined;
}

const producers = new WeakMap<object, PipelineStep>();

/** The step that writes the output. */
export function producerOf(output: OutputData): PipelineStep | undefined {
  return producers.get(output.origin);
}

/** @throws RequestError when another step writes it already. */
export function setProducer(output: OutputData, step: PipelineStep): void {
  const other = producers.get(output.origin);
  if (other !== undefined && other !== step) {
    throw invalid(
      'outputs',
      `The output ${output.name} is written by two steps, ${other.name} and ${step.name}.`,
      'Give each step an output of its own.',
    );
  }
  producers.set(output.origin, step);
}
