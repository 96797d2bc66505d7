/** What a step is given: literals as text, data as paths on this machine. */
import { statSync } from 'node:fs';
import { RequestError } from '../../errors/types.ts';
import { literalText } from '../../language/expressions.ts';
import type { DataType, InputMode, Literal, TableView } from '../../language/types.ts';
import type { AssetResolver } from '../../store/assets.ts';
import { inputSource, type Source } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import type { StepOutput } from '../steps/record.ts';
import { locate } from './locate.ts';
import type { Location } from './location.ts';
import { outputLocation } from './output-location.ts';

export type BoundInput =
  | { readonly kind: 'literal'; readonly name: string; readonly value: Literal }
  | {
      readonly kind: 'data';
      readonly name: string;
      readonly type: DataType;
      readonly location: Location;
      /** How it is to come to the script. Default: as it is needed. */
      readonly mode?: InputMode;
      /** Its files are one table. */
      readonly read?: 'table';
      /** The folder is read as rows. */
      readonly view?: TableView;
    };

/** The output of a step that has completed. */
export type OutputOf = (step: string, output: string) => StepOutput | undefined;

/** What a macro stands for in what the job was given. */
export type Macros = Readonly<Record<string, string>>;

/** Every input that has a value; an optional one without is not there. @throws RequestError */
export function bindInputs(node: GraphStep, known: Known): readonly BoundInput[] {
  const names = new Set([...Object.keys(node.step.inputPorts), ...Object.keys(node.step.inputs)]);
  return [...names].flatMap((name) => bindInput(node, name, known) ?? []);
}

/** One input; undefined for an optional one that was not given. @throws RequestError */
export function bindInput({ step, scope }: GraphStep, name: string, known: Known): BoundInput | undefined {
  const source = inputSource(scope, step, name);
  if (source === undefined) return undefined;
  const given = step.inputs[name];
  const declared = step.inputPorts[name]?.type;
  const type = (given?.kind === 'expression' ? given.type : undefined) ?? (isDataType(declared) ? declared : undefined);
  const bound = bindSource(name, source, type, known);
  if (bound.kind === 'literal') return bound;
  const view = step.tables?.[name];
  if (view !== undefined) return { ...bound, type: 'mltable', view };
  const read =
    (given?.kind === 'expression' ? given.read : undefined) ??
    step.inputPorts[name]?.read ??
    (source.kind === 'data' ? source.read : undefined);
  const mode =
    (given?.kind === 'expression' ? given.mode : undefined) ??
    (source.kind === 'data' ? source.mode : undefined) ??
    step.inputPorts[name]?.mode;
  return { ...bound, ...(read !== undefined && { read }), ...(mode !== undefined && { mode }) };
}

/** What sources are read with. */
export interface Known {
  readonly outputOf: OutputOf;
  readonly assets: AssetResolver;
  readonly macros: Macros;
}

function bindSource(name: string, source: Source, type: DataType | undefined, known: Known): BoundInput {
  const { outputOf, assets } = known;
  switch (source.kind) {
    case 'literal':
      return { kind: 'literal', name, value: source.value };
    case 'data':
      return { kind: 'data', name, type: type ?? source.type, location: locate(source.path, type ?? source.type, assets) };
    case 'step_output': {
      const output = outputOf(source.step, source.output);
      if (output === undefined) throw noSuchOutput(source);
      return { kind: 'data', name, type: type ?? output.type, location: outputLocation(output, assets) };
    }
    case 'macro':
      return { kind: 'literal', name, value: sourceText(source, known) };
    case 'text': {
      const text = sourceText(source, known);
      if (type === undefined && !holdsData(source)) return { kind: 'literal', name, value: text };
      const found = type ?? 'uri_folder';
      return { kind: 'data', name, type: found, location: locate(text, found, assets) };
    }
  }
}

/** A source as it stands in a command line. */
export function sourceText(source: Source, known: Known): string {
  const { outputOf, assets, macros } = known;
  switch (source.kind) {
    case 'literal':
      return literalText(source.value);
    case 'data': {
      const location = locate(source.path, source.type, assets);
      return locationText(location);
    }
    case 'step_output': {
      const output = outputOf(source.step, source.output);
      if (output === undefined) throw noSuchOutput(source);
      return locationText(outputLocation(output, assets));
    }
    case 'macro':
      return macros[source.name] ?? '';
    case 'text':
      return source.parts.map((part) => (typeof part === 'string' ? part : sourceText(part, known))).join('');
  }
}

function locationText(location: Location): string {
  switch (location.kind) {
    case 'local':
      return location.path;
    case 'web':
    case 'object':
      return location.address;
  }
}

function holdsData(source: Source): boolean {
  return source.kind === 'text'
    ? source.parts.some((part) => typeof part !== 'string' && holdsData(part))
    : source.kind !== 'literal' && source.kind !== 'macro';
}

function isDataType(type: string | undefined): type is DataType {
  return type !== undefined && (type.startsWith('uri_') || type.endsWith('_model') || type === 'mltable');
}

/** @throws RequestError when the data of an input is not there. */
export function checkInput(input: BoundInput): void {
  if (input.kind !== 'data' || input.location.kind !== 'local') return;
  if (statSync(input.location.path, { throwIfNoEntry: false }) !== undefined) return;
  throw new RequestError({
    code: 'missing-input',
    message: `The input ${input.name} is not there: ${input.location.path}.`,
    hint: 'Check the path; a relative one is read from the folder of the job file.',
  });
}

function noSuchOutput(source: Extract<Source, { kind: 'step_output' }>): RequestError {
  return new RequestError({ code: 'no-such-output', message: `The step ${source.step} has no output ${source.output}.` });
}
