import type { DatasetConsumptionConfig } from './consumption.ts';

/** Data that can stand among the inputs of a step as it is, without being named or given a mode first. */
export abstract class InputSource {
  /** The data as a step reads it. */
  abstract toInput(): DatasetConsumptionConfig;
}
