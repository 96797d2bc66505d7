/** Puts what a step was given into its texts. */

import { literalText, parseTemplate, type Reference, references, renderTemplate, type TemplatePart } from '../../language/expressions.ts';
import { referenceSource } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { type Known, sourceText } from './inputs.ts';
import type { BoundOutput } from './outputs.ts';
import { type Quoting, quotingAfter, shellQuote } from './shell-quote.ts';
import type { StagedInput } from './stage.ts';

/** A reference's text, and whether it is a path; undefined when it has no value. */
export type Resolve = (reference: Reference) => Value | undefined;

interface Value {
  readonly text: string;
  /** A path is put in as one word; a literal may be several words, as the job language has it. */
  readonly isPath: boolean;
}

export interface Given extends Known {
  readonly node: GraphStep;
  readonly inputs: readonly StagedInput[];
  readonly outputs: readonly BoundOutput[];
}

export function resolver({ node, inputs, outputs, ...known }: Given): Resolve {
  const inputValues = new Map(inputs.map((input) => [input.name, inputValue(input)]));
  const outputPaths = new Map(outputs.map(({ name, path, far }) => [name, far?.isDirect === true ? far.address : path]));
  return (reference) => {
    if (reference.scope === 'input') return inputValues.get(reference.name);
    if (reference.scope === 'output') {
      const path = outputPaths.get(reference.name);
      return path === undefined ? undefined : { text: path, isPath: true };
    }
    const source = referenceSource(node.scope, reference);
    if (source === undefined) return undefined;
    return { text: sourceText(source, known), isPath: source.kind !== 'literal' && source.kind !== 'macro' };
  };
}

function inputValue(input: StagedInput): Value {
  switch (input.kind) {
    case 'literal':
      return { text: literalText(input.value), isPath: false };
    case 'data':
      return { text: input.path, isPath: true };
    case 'far':
      return { text: input.store.describe(input.path), isPath: true };
  }
}

/** A plain text, such as an environment variable's. */
export function renderText(text: string, resolve: Resolve): string {
  return renderTemplate(parseTemplate(text), (reference) => resolve(reference)?.text);
}

/** A bash command. Paths are quoted as their place in the command asks for. */
export function renderCommand(command: string, resolve: Resolve): string {
  return renderParts(parseTemplate(command), resolve, 'bare').text;
}

function renderParts(
  parts: readonly TemplatePart[],
  resolve: Resolve,
  start: Quoting,
): { readonly text: string; readonly quoting: Quoting } {
  let text = '';
  let quoting = start;
  for (const part of parts) {
    if (part.kind === 'text') {
      text += part.text;
      quoting = quotingAfter(part.text, quoting);
    } else if (part.kind === 'reference') {
      const value = resolve(part.reference);
      if (value !== undefined) text += value.isPath ? shellQuote(value.text, quoting) : value.text;
    } else if (references(part.parts).every(({ reference }) => resolve(reference) !== undefined)) {
      const inner = renderParts(part.parts, resolve, quoting);
      text += inner.text;
      quoting = inner.quoting;
    }
  }
  return { text, quoting };
}
