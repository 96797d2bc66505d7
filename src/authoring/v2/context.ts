/** Which pipeline function is being run: a component that is called in it becomes a step of that pipeline. */
import { RequestError } from '../../errors/types.ts';
import type { Document } from '../document.ts';

/** A step as its pipeline knows it: what it is, it says when the pipeline function has ended. */
export interface PipelineMember {
  readonly name: string | undefined;
  document(): Document;
}

export class PipelineContext {
  readonly members: PipelineMember[] = [];

  /** A free name for a step: the wanted one, or that and a number when it was not the author's own choice. */
  freeName(wanted: string, chosen: boolean): string {
    const taken = new Set(this.members.map(({ name }) => name));
    if (chosen && taken.has(wanted)) {
      throw new RequestError({
        code: 'duplicate-step',
        message: `Two steps of the pipeline are called ${JSON.stringify(wanted)}.`,
        hint: 'Give each call its own name: component(inputs, { name }).',
      });
    }
    const base = chosen ? wanted : identifier(wanted);
    let name = base;
    for (let number = 1; taken.has(name); number += 1) name = `${base}_${number}`;
    return name;
  }
}

const contexts: PipelineContext[] = [];

export function currentContext(): PipelineContext | undefined {
  return contexts.at(-1);
}

/** Runs a pipeline function, and what is to be known of its steps while their values can still be named. */
export function inPipeline<R>(build: (context: PipelineContext) => R): R {
  const context = new PipelineContext();
  contexts.push(context);
  try {
    return build(context);
  } finally {
    contexts.pop();
  }
}

/** Step names are identifiers in the job language. */
function identifier(text: string): string {
  const word = text.replace(/\W/g, '_');
  return /^[A-Za-z_]/.test(word) ? word : `_${word}`;
}
