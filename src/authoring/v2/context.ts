/** Which pipeline function is being run: a component that is called in it becomes a step of that pipeline. */
import { RequestError } from '../../errors/types.ts';
import type { Document } from '../document.ts';

export class PipelineContext {
  /** What stands under each step's name. */
  readonly steps = new Map<string, Document>();

  /** A free name for a step: the wanted one, or that and a number when it was not the author's own choice. */
  freeName(wanted: string, chosen: boolean): string {
    if (chosen && this.steps.has(wanted)) {
      throw new RequestError({
        code: 'duplicate-step',
        message: `Two steps of the pipeline are called ${JSON.stringify(wanted)}.`,
        hint: 'Give each call its own name: component(inputs, { name }).',
      });
    }
    const base = chosen ? wanted : identifier(wanted);
    let name = base;
    for (let number = 1; this.steps.has(name); number += 1) name = `${base}_${number}`;
    return name;
  }
}

const contexts: PipelineContext[] = [];

export function currentContext(): PipelineContext | undefined {
  return contexts.at(-1);
}

/** Runs a pipeline function and gives back the steps that it made. */
export function collectSteps<R>(build: (context: PipelineContext) => R): { readonly context: PipelineContext; readonly returned: R } {
  const context = new PipelineContext();
  contexts.push(context);
  try {
    return { context, returned: build(context) };
  } finally {
    contexts.pop();
  }
}

/** Step names are identifiers in the job language. */
function identifier(text: string): string {
  const word = text.replace(/\W/g, '_');
  return /^[A-Za-z_]/.test(word) ? word : `_${word}`;
}
