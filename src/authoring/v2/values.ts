/** What an input can be given, and how that stands in a document. */
import { RequestError } from '../../errors/types.ts';
import type { DataType, Literal, PrimitiveType } from '../../language/types.ts';
import { localPath } from '../document.ts';
import { currentContext, type PipelineContext } from './context.ts';
import { dataDocument, Input, type InputOptions } from './input.ts';

export type PortType = DataType | PrimitiveType;

/** An input of a pipeline as its function receives it: a value that is known when the pipeline runs. */
export class PipelineInput extends Input {
  readonly #portType: PortType;
  readonly #context: PipelineContext;
  constructor(name: string, portType: PortType, context: PipelineContext) {
    super({ path: `\${{parent.inputs.${name}}}` });
    this.#portType = portType;
    this.#context = context;
  }

  get portType(): PortType {
    return this.#portType;
  }

  /** @throws RequestError outside of the pipeline whose input it is. */
  expression(): string {
    if (this.#context === currentContext()) return this.path ?? '';
    throw new RequestError({
      code: 'foreign-input',
      message: `${this.path} can only be used in the pipeline function that received it.`,
      hint: 'Give it to the inner pipeline as one of its inputs.',
    });
  }
}

/** An output of a step, to be given to another step or returned from the pipeline. */
export class StepOutput {
  readonly step: string;
  readonly name: string;
  readonly type: DataType;
  /** The pipeline that the step is in; none for a job that stands alone. */
  readonly context: PipelineContext | undefined;

  constructor(step: string, name: string, type: DataType, context: PipelineContext | undefined) {
    this.step = step;
    this.name = name;
    this.type = type;
    this.context = context;
  }

  /** @throws RequestError outside of the pipeline that the step is in. */
  expression(): string {
    if (this.context === undefined || this.context !== currentContext()) {
      throw new RequestError({
        code: 'foreign-output',
        message: `The output ${JSON.stringify(this.name)} of ${JSON.stringify(this.step)} can only be used in the pipeline function that made the step.`,
      });
    }
    return `\${{parent.jobs.${this.step}.outputs.${this.name}}}`;
  }
}

/** What an input of a step or a job can be given. */
export type InputLike = InputOptions | StepOutput | Literal;

/** How the value stands in a document; undefined when there is none. `type`: what the input is declared as. */
export function valueDocument(value: InputLike | undefined, type: PortType | undefined): unknown {
  if (value instanceof StepOutput || value instanceof PipelineInput) return value.expression();
  if (typeof value === 'string' && isDataType(type) && !value.includes('${{')) return { type, path: localPath(value) };
  if (typeof value !== 'object') return value;
  const data = dataDocument(value);
  return data === undefined || data.type !== undefined || type === undefined ? data : { type, ...data };
}

/** What a pipeline declares for an input that was given this value. */
export function portTypeOf(value: InputLike): PortType {
  if (value instanceof StepOutput) return value.type;
  if (value instanceof PipelineInput) return value.portType;
  if (typeof value === 'object') return value.type ?? 'uri_folder';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'number';
}

export function isDataType(type: PortType | undefined): type is DataType {
  return type !== undefined && !['string', 'number', 'integer', 'boolean'].includes(type);
}
