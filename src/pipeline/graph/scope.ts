/** Where a reference of a pipeline leads: through nested pipelines, in and out, to the value or the step behind it. Pure. */
import { argumentReferences } from '../../language/arguments/bind.ts';
import { parseTemplate, type Reference, references, soleReference } from '../../language/expressions.ts';
import type {
  CommandStep,
  DataType,
  InputMode,
  InputPort,
  InputValue,
  JobSpec,
  Literal,
  OutputValue,
  ParallelStep,
  PipelineStep,
  Step,
} from '../../language/types.ts';

/** A step that is run: what is left when nested pipelines are taken apart. */
export type RunStep = ParallelStep | CommandStep;

/** The inside of a pipeline: of the job itself, or of a nested pipeline step. */
export interface Scope {
  /** `''` for the job, `outer.` for what is inside the step `outer`. */
  readonly prefix: string;
  readonly holder: Pick<JobSpec | PipelineStep, 'inputPorts' | 'inputs' | 'outputs' | 'steps' | 'settings'>;
  /** Where the nested pipeline step stands. */
  readonly outer?: { readonly scope: Scope; readonly step: string };
}

/** What an input is in the end. */
export type Source =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'data'; readonly type: DataType; readonly path: string; readonly mode?: InputMode; readonly read?: 'table' }
  /** The output of a step that runs before; `step` is its full name. */
  | { readonly kind: 'step_output'; readonly step: string; readonly output: string }
  /** `${{name}}`, `${{default_datastore}}` …: known once the job is. */
  | { readonly kind: 'macro'; readonly name: string }
  /** Text around references. */
  | { readonly kind: 'text'; readonly parts: readonly (string | Source)[] };

export function jobScope(spec: JobSpec): Scope {
  return { prefix: '', holder: spec };
}

export function innerScope(scope: Scope, name: string, step: PipelineStep): Scope {
  return { prefix: `${scope.prefix}${name}.`, holder: step, outer: { scope, step: name } };
}

/** What an input of a step in this scope is; undefined for an optional one that was not given. */
export function inputSource(scope: Scope, step: Pick<Step, 'inputs' | 'inputPorts'>, name: string): Source | undefined {
  return valueSource(scope, own(step.inputs, name), own(step.inputPorts, name));
}

function valueSource(scope: Scope, value: InputValue | undefined, port: InputPort | undefined): Source | undefined {
  switch (value?.kind) {
    case undefined:
      return port?.default === undefined ? undefined : { kind: 'literal', value: port.default };
    case 'literal':
      return value;
    case 'data':
      return value;
    case 'expression': {
      const only = soleReference(value.text);
      return only === undefined ? textSource(scope, value.text) : referenceSource(scope, only);
    }
  }
}

function textSource(scope: Scope, text: string): Source {
  const parts = parseTemplate(text).map((part) => (part.kind === 'reference' ? (referenceSource(scope, part.reference) ?? '') : part.text));
  return { kind: 'text', parts };
}

/** What a reference leads to that is read in this pipeline: inside an input's value, or past a step's own ports. */
export function referenceSource(scope: Scope, reference: Reference): Source | undefined {
  switch (reference.scope) {
    case 'input':
    case 'parent_input':
      if (scope.outer === undefined)
        return valueSource(scope, own(scope.holder.inputs, reference.name), own(scope.holder.inputPorts, reference.name));
      return inputSource(scope.outer.scope, { inputs: scope.holder.inputs, inputPorts: scope.holder.inputPorts }, reference.name);
    case 'step_output':
      return outputSource(scope, reference.step, reference.name);
    case 'step_input': {
      const step = own(scope.holder.steps, reference.step);
      return step === undefined ? undefined : inputSource(scope, step, reference.name);
    }
    case 'output':
    case 'parent_output': {
      const writer = writerOf(scope, reference.name);
      return writer === undefined ? undefined : outputSource(scope, writer.step, writer.output);
    }
    case 'macro':
      return { kind: 'macro', name: reference.name };
    case 'unknown':
      return undefined;
  }
}

/** The step behind an output, through nested pipelines. */
export function outputSource(scope: Scope, name: string, output: string): Extract<Source, { kind: 'step_output' }> | undefined {
  const step = own(scope.holder.steps, name);
  if (step === undefined) return undefined;
  if (step.type !== 'pipeline') return { kind: 'step_output', step: scope.prefix + name, output };
  const inside = innerScope(scope, name, step);
  const writer = writerOf(inside, output);
  return writer === undefined ? undefined : outputSource(inside, writer.step, writer.output);
}

/** Which step of a pipeline writes the pipeline's output. */
export function writerOf(scope: Scope, output: string): { readonly step: string; readonly output: string } | undefined {
  for (const [step, { outputs }] of Object.entries(scope.holder.steps)) {
    for (const [name, value] of Object.entries(outputs)) {
      if (boundTo(value) === output) return { step, output: name };
    }
  }
  const binding = own(scope.holder.outputs, output)?.binding;
  const reference = binding === undefined ? undefined : soleReference(binding);
  return reference?.scope === 'step_output' ? { step: reference.step, output: reference.name } : undefined;
}

/** The output of the holding pipeline that a step's output is. */
export function boundTo(value: OutputValue): string | undefined {
  const reference = value.binding === undefined ? undefined : soleReference(value.binding);
  return reference?.scope === 'parent_output' ? reference.name : undefined;
}

/** Full names of the steps that must have ended before this source can be read. */
export function stepsBehind(source: Source | undefined): readonly string[] {
  switch (source?.kind) {
    case 'step_output':
      return [source.step];
    case 'text':
      return source.parts.flatMap((part) => (typeof part === 'string' ? [] : stepsBehind(part)));
    default:
      return [];
  }
}

/** References in a step's own texts that lead past its ports, with each as it is written. */
export function directReferences(scope: Scope, step: RunStep): readonly { readonly text: string; readonly source: Source }[] {
  const inText = (text: string) => references(parseTemplate(text));
  const own = step.type === 'command' ? inText(step.command) : argumentReferences(step.task.programArguments);
  return [...own, ...Object.values(step.environmentVariables).flatMap(inText)].flatMap(({ reference, text }) => {
    if (reference.scope === 'input' || reference.scope === 'output' || reference.scope === 'macro') return [];
    const source = referenceSource(scope, reference);
    return source === undefined ? [] : [{ text, source }];
  });
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
