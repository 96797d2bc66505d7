/** The one judge, and its words in those of these classes: a problem names the class, the step and the option, not the key of a document. */
import { type Problem, RequestError } from '../../../errors/types.ts';
import { jobFromObject, type LoadedJob, type ObjectOptions } from '../../../language/index.ts';
import type { Document } from '../../document.ts';
import type { Graph } from '../graph/graph.ts';
import { classOf, type StepDescription } from '../graph/step-description.ts';

/** @throws RequestError with everything that is wrong. */
export function judgePipeline(document: Document, options: ObjectOptions, graph: Graph): LoadedJob {
  try {
    const { spec, warnings } = jobFromObject(document, options);
    return { spec, warnings: warnings.map((warning) => inOurWords(warning, graph)) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const problems = error.problems.map((problem) => inOurWords(problem, graph));
    throw new RequestError(problems.filter((problem) => !problems.some((other) => isToldBy(problem, other))));
  }
}

/** A mistake in a component is told where it is made and, with less of a path, where the component is used. */
function isToldBy({ message, path = '' }: Problem, other: Problem): boolean {
  return other.message === message && other.path?.startsWith(`${path}.`) === true;
}

function inOurWords(problem: Problem, graph: Graph): Problem {
  const [, nodeId, key] = /^jobs\.([^.]+)\.?(.*)$/.exec(problem.path ?? '') ?? [];
  const step = graph.nodes.find((node) => node.nodeId === nodeId)?.step;
  if (step === undefined || key === undefined) return problem;
  return { ...problem, path: [`${classOf(step.work)}(${step.name})`, optionOf(key, step)].filter((part) => part !== '').join('.') };
}

function optionOf(key: string, { work }: StepDescription): string {
  const inside = key.replace(/^component\./, '');
  for (const [known, option] of OPTIONS[work.kind]) {
    const rest = inside.startsWith(known) ? inside.slice(known.length) : undefined;
    if (rest !== undefined && /^([.[]|$)/.test(rest)) return option + rest;
  }
  return inside;
}

/** Keys, the longer before the shorter, and the options that they are written from. */
const OPTIONS: Readonly<Record<'parallel' | 'command', readonly (readonly [key: string, option: string])[]>> = {
  parallel: [
    ['task.program_arguments', 'arguments'],
    ['task.entry_script', 'parallelRunConfig.entryScript'],
    ['task.code', 'parallelRunConfig.sourceDirectory'],
    ['task.environment', 'parallelRunConfig.environment'],
    ['task.append_row_to', 'output'],
    ['input_data', 'inputs'],
    ['mini_batch_size', 'parallelRunConfig.miniBatchSize'],
    ['partition_keys', 'parallelRunConfig.partitionKeys'],
    ['error_threshold', 'parallelRunConfig.errorThreshold'],
    ['mini_batch_error_threshold', 'parallelRunConfig.allowedFailedCount'],
    ['retry_settings.max_retries', 'parallelRunConfig.runMaxTry'],
    ['retry_settings.timeout', 'parallelRunConfig.runInvocationTimeout'],
    ['logging_level', 'parallelRunConfig.loggingLevel'],
    ['max_concurrency_per_instance', 'parallelRunConfig.processCountPerNode'],
    ['environment_variables', 'parallelRunConfig.environmentVariables'],
    ['resources.instance_count', 'parallelRunConfig.nodeCount'],
    ['properties.parallelrun.append_row_file_name', 'parallelRunConfig.appendRowFileName'],
    ['compute', 'parallelRunConfig.computeTarget'],
    ['description', 'parallelRunConfig.description'],
  ],
  command: [
    ['code', 'sourceDirectory'],
    ['environment_variables', 'runconfig.environmentVariables'],
    ['environment', 'runconfig.environment'],
    ['distribution', 'runconfig.distribution'],
    ['resources.instance_count', 'runconfig.nodeCount'],
    ['limits.timeout', 'runconfig.maxRunDurationSeconds'],
    ['compute', 'computeTarget'],
  ],
};
