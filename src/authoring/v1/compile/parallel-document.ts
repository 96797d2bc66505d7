/** The keys of a parallel step's work, with the values that a submission gives its parameters. */
import { RequestError } from '../../../errors/types.ts';
import type { Literal } from '../../../language/types.ts';
import { type Document, defined, mapValues } from '../../document.ts';
import { parsedKeys, settingProblems } from '../config/config-rules.ts';
import { environmentDocument } from '../config/environment.ts';
import { appendsRows, type ParallelRunSettings } from '../config/parallel-run-options.ts';
import { asOutput } from '../data/inputs.ts';
import { type Parameterized, PipelineParameter } from '../data/pipeline-parameter.ts';
import type { ParallelWork, StepDescription } from '../graph/step-description.ts';
import { invalid } from '../invalid.ts';
import { argumentWords } from './argument-words.ts';
import type { ParameterValues } from './parameter-values.ts';

/** @throws RequestError for a parameter's value that the setting cannot have. */
export function parallelDocument(
  step: StepDescription,
  { settings, directory, script }: ParallelWork,
  parameters: ParameterValues,
): Document {
  const value = (name: keyof ParallelRunSettings, given: Parameterized<string | number>): Literal => {
    const found = parameters.literal<string | number>(given);
    const problems = settingProblems(name, found, given instanceof PipelineParameter);
    if (problems.length > 0) throw new RequestError(problems);
    return found;
  };
  const { miniBatchSize, processCountPerNode, environment } = settings;
  const [output] = step.outputs;
  return defined({
    task: defined({
      type: 'run_function',
      code: directory,
      entry_script: script,
      program_arguments: programArguments(step, settings, parameters),
      environment: environmentDocument(environment),
      append_row_to: appendsRows(settings) && output !== undefined ? `\${{outputs.${asOutput(output).name}}}` : undefined,
    }),
    input_data: step.split.length === 0 ? undefined : step.split.map((name) => `\${{inputs.${name}}}`),
    mini_batch_size: miniBatchSize === undefined ? undefined : String(value('miniBatchSize', miniBatchSize)),
    partition_keys: partitionKeys(settings, parameters),
    error_threshold: settings.errorThreshold,
    mini_batch_error_threshold: settings.allowedFailedCount,
    retry_settings: {
      max_retries: Number(value('runMaxTry', settings.runMaxTry)) - 1,
      timeout: value('runInvocationTimeout', settings.runInvocationTimeout),
    },
    logging_level: value('loggingLevel', settings.loggingLevel),
    max_concurrency_per_instance: processCountPerNode === undefined ? undefined : value('processCountPerNode', processCountPerNode),
    environment_variables: mapValues({ ...environment.environmentVariables, ...settings.environmentVariables }, String),
    resources: { instance_count: value('nodeCount', settings.nodeCount) },
  });
}

/** The language has no key for the percentage, and an argument that the script does not see. */
function programArguments(
  step: StepDescription,
  { allowedFailedPercent: percent }: ParallelRunSettings,
  parameters: ParameterValues,
): string {
  const limit = percent === undefined || percent === 100 ? [] : [`--allowed_failed_percent ${percent}`];
  return [...argumentWords(step, parameters), ...limit].join(' ');
}

function partitionKeys({ partitionKeys: given }: ParallelRunSettings, parameters: ParameterValues): readonly string[] | undefined {
  if (!(given instanceof PipelineParameter)) return given;
  const text = parameters.literal(given);
  const keys = parsedKeys(text);
  if (keys === undefined)
    throw invalid('partitionKeys', `partitionKeys must be the JSON text of a list of texts, found ${JSON.stringify(text)}.`);
  return keys;
}
