import type { Input } from './input.ts';

/** A setting, or the input of the pipeline that decides it: in a pipeline function `miniBatchSize: inputs.size`. */
export type Bindable<T> = T | Input;
