/** What of a parallel step is cut into mini-batches, and by how many workers these are worked on: all that a plan says. */
import { RequestError } from '../../errors/types.ts';
import { literalText } from '../../language/expressions.ts';
import type { Window } from '../../language/portion.ts';
import type { ParallelStep } from '../../language/types.ts';
import { visibleGpus } from '../../os/gpus.ts';
import type { ParallelRun } from '../../parallel/types.ts';
import { thisMachine, type Workers, workersHere } from '../../workers/local/slots.ts';
import { inputSource, referenceSource } from '../graph/scope.ts';
import type { GraphStep } from '../graph/step-graph.ts';
import { type Resolve, renderText } from './render.ts';
import type { StagedInput } from './stage.ts';

export type ParallelNode = GraphStep & { readonly step: ParallelStep };

export function isParallel(node: GraphStep): node is ParallelNode {
  return node.step.type === 'parallel';
}

export type StepWorkers = Workers & Pick<ParallelRun, 'gpus'>;

export type Split = Pick<ParallelRun, 'inputs' | 'settings' | 'window'>;

/** Set by `--oversubscribe`: as many workers as a job asks for, however few processors there are. */
export const oversubscribeVariable = 'PARALLELRUN_OVERSUBSCRIBE';
/** The most worker processes that a step runs on this machine. */
const mostWorkersVariable = 'PARALLELRUN_WORKERS';

/** @param environmentVariables of the step: they say which GPUs it may use */
export function workersOf({ settings, resources }: ParallelStep, environmentVariables: Readonly<Record<string, string>>): StepWorkers {
  const gpus = visibleGpus(environmentVariables);
  const oversubscribe = /^(?:1|true|on|yes)$/i.test(environmentVariables[oversubscribeVariable] ?? '');
  const machine = thisMachine(mostWorkers(environmentVariables[mostWorkersVariable]));
  return { ...workersHere(resources.instanceCount, settings.maxConcurrencyPerInstance, gpus, machine, oversubscribe), gpus };
}

/** @throws RequestError for what is no number of workers */
function mostWorkers(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const message = `${mostWorkersVariable} is ${JSON.stringify(text)}: expected a whole number of workers from 1 on.`;
  throw new RequestError({ code: 'bad-workers', message });
}

/** The same before the step's data is there, whose paths name no GPUs. */
export function expectedWorkers(node: ParallelNode, inherited: Readonly<Record<string, string>>): StepWorkers {
  const own = Object.entries(node.step.environmentVariables).filter(
    ([name]) => name === 'CUDA_VISIBLE_DEVICES' || name === oversubscribeVariable,
  );
  const chosen = Object.fromEntries(own.map(([name, text]) => [name, renderText(text, literalsOf(node))]));
  return workersOf(node.step, { ...inherited, ...chosen });
}

function literalsOf({ scope, step }: ParallelNode): Resolve {
  return (reference) => {
    const source = reference.scope === 'input' ? inputSource(scope, step, reference.name) : referenceSource(scope, reference);
    return source?.kind === 'literal' ? { text: literalText(source.value), isPath: false } : undefined;
  };
}

/** @throws RequestError when what is to be split is no data */
export function splitOf({ settings }: ParallelStep, inputs: readonly StagedInput[], window: Window | undefined): Split {
  return {
    inputs: settings.inputData.map((name) => splitInput(inputs, name)),
    settings,
    ...(window !== undefined && { window }),
  };
}

function splitInput(inputs: readonly StagedInput[], name: string): ParallelRun['inputs'][number] {
  const input = inputs.find((candidate) => candidate.name === name);
  if (input?.kind === 'data') {
    const { type, path, read, brought } = input;
    return { name, type, path, ...(read !== undefined && { read }), ...(brought !== undefined && { brought }) };
  }
  if (input?.kind === 'far') {
    const { type, path, store, read } = input;
    return { name, type, path, store, ...(read !== undefined && { read }) };
  }
  const found = input === undefined ? 'it was not given' : `it is the literal ${JSON.stringify(input.value)}`;
  throw new RequestError({
    code: 'no-input-data',
    message: `The input ${name} is to be split into mini-batches, but ${found}.`,
    hint: 'Give it a file, a folder or an MLTable.',
  });
}
