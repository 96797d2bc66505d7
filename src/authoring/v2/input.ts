import { inputPort, inputValue } from '../../language/schema/common.ts';
import type { DataType, InputMode, Literal, PrimitiveType } from '../../language/types.ts';
import { defined, localPath, yamlKeys } from '../document.ts';
import { judgePart } from './judge.ts';

export interface InputOptions {
  /** What it is. Default: `uri_folder`. */
  readonly type?: DataType | PrimitiveType | undefined;
  /** A local path (relative to the working directory), `azureml:name:version`, `azureml:name@latest` or a URI. Without it the input is only declared. */
  readonly path?: string | undefined;
  /** How a cloud would deliver the data; on this machine it is read where it is. */
  readonly mode?: InputMode | undefined;
  readonly description?: string | undefined;
  /** It need not be given. Default: false. */
  readonly optional?: boolean | undefined;
  /** What a literal is when it is not given. */
  readonly default?: Literal | undefined;
  /** The smallest and the largest value allowed, for numbers. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** The only values allowed, for literals. */
  readonly enum?: readonly Literal[] | undefined;
}

const VALUE_KEYS = ['type', 'path', 'mode', 'description'];
const PORT_KEYS = ['type', 'mode', 'description', 'optional', 'default', 'min', 'max', 'enum'];

/** An input: what a component declares, or the data that a job is given, or both. @throws RequestError for a wrong value. */
export class Input implements InputOptions {
  declare readonly type?: DataType | PrimitiveType;
  declare readonly path?: string;
  declare readonly mode?: InputMode;
  declare readonly description?: string;
  declare readonly optional?: boolean;
  declare readonly default?: Literal;
  declare readonly min?: number;
  declare readonly max?: number;
  declare readonly enum?: readonly Literal[];

  constructor(options: InputOptions = {}) {
    Object.assign(this, defined({ ...options }));
    judgePart('input', inputPort, portDocument(this));
    const value = Object.entries(yamlKeys(this)).filter(([key]) => VALUE_KEYS.includes(key) || !PORT_KEYS.includes(key));
    if (this.path !== undefined || value.some(([key]) => !VALUE_KEYS.includes(key))) {
      judgePart('input', inputValue, Object.fromEntries(value));
    }
  }
}

/** As a component declares it. */
export function portDocument(input: InputOptions): Record<string, unknown> {
  const keys = Object.entries({ type: 'uri_folder', ...yamlKeys(input) }).filter(([key]) => PORT_KEYS.includes(key));
  return Object.fromEntries(keys);
}

/** As a job gives it; undefined for an input that is only declared. */
export function dataDocument(input: InputOptions): Record<string, unknown> | undefined {
  if (input.path === undefined) return undefined;
  return defined({ type: input.type, path: localPath(input.path), mode: input.mode });
}
