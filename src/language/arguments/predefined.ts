/** The predefined arguments: options inside `program_arguments` that configure the engine and never reach the script. */
import { type Reference, references, renderTemplate } from '../expressions.ts';
import type { PredefinedArguments } from '../types.ts';
import { argumentReferences } from './bind.ts';
import type { PredefinedName, ProgramArgument } from './types.ts';

export interface EngineSettings {
  readonly predefined: PredefinedArguments;
  /** `--error_threshold`, when given: the same setting as the key `error_threshold`. */
  readonly errorThreshold?: number;
  /** `--allowed_failed_percent`, when given. */
  readonly allowedFailedPercent?: number;
  /** `--isolate_failed_items`, when given: the same setting as the key `on_failure`. */
  readonly isolateFailedItems?: boolean;
  /** Values that are not allowed, each in one sentence. */
  readonly mistakes: readonly string[];
  /** Those whose value is not known yet, each in one sentence. */
  readonly unknown: readonly string[];
}

export const DEFAULT_PREDEFINED: PredefinedArguments = {
  taskOverheadTimeout: 600,
  rankMiniBatchCount: 0,
  firstTaskCreationTimeout: 600,
  resourceMonitorInterval: 600,
  copyLogsToParent: false,
  pushMetricsToParent: false,
  failOnShortReturn: false,
};

type Rule =
  | { readonly kind: 'integer' | 'number'; readonly above?: number; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' };

const SECONDS: Rule = { kind: 'number', above: 0, max: 259_200 };

const RULES: Readonly<Record<PredefinedName, Rule>> = {
  '--error_threshold': { kind: 'integer', min: -1 },
  '--allowed_failed_percent': { kind: 'number', min: 0, max: 100 },
  '--task_overhead_timeout': SECONDS,
  '--progress_update_timeout': SECONDS,
  '--first_task_creation_timeout': SECONDS,
  '--rank_mini_batch_count': { kind: 'integer', min: 0 },
  '--resource_monitor_interval': { kind: 'number', min: 0 },
  '--copy_logs_to_parent': { kind: 'boolean' },
  '--push_metrics_to_parent': { kind: 'boolean' },
  '--metrics_name_prefix': { kind: 'text' },
  '--fail_on_short_return': { kind: 'boolean' },
  '--isolate_failed_items': { kind: 'boolean' },
};

/** What is known of a reference before the step runs. */
export type Known = { readonly text: string } | 'absent' | 'unknown';

/** What the arguments configure the engine to; the last of two wins. */
export function engineSettings(given: readonly ProgramArgument[], known: (reference: Reference) => Known): EngineSettings {
  const values = new Map<PredefinedName, string | number | boolean>();
  const mistakes: string[] = [];
  const unknown: string[] = [];
  const read = ({ name, value: parts }: Extract<ProgramArgument, { kind: 'engine' }>): void => {
    const rule = RULES[name];
    if (references(parts).some(({ reference }) => known(reference) === 'unknown')) {
      unknown.push(`${name} must be ${wanted(rule)}, found an input without a literal value.`);
      return;
    }
    const text = renderTemplate(parts, (reference) => textOf(known(reference)));
    const value = typed(rule, text);
    if (value === undefined) mistakes.push(`${name} must be ${wanted(rule)}, found ${JSON.stringify(text)}.`);
    else values.set(name, value);
  };
  for (const argument of given) {
    if (argument.kind === 'engine') read(argument);
    if (argument.kind !== 'optional') continue;
    if (argumentReferences([argument]).some(({ reference }) => known(reference) === 'absent')) continue;
    for (const inner of argument.arguments) if (inner.kind === 'engine') read(inner);
  }
  return { ...settings(values), mistakes, unknown };
}

function textOf(known: Known): string | undefined {
  return typeof known === 'object' ? known.text : undefined;
}

function settings(values: ReadonlyMap<PredefinedName, string | number | boolean>): Omit<EngineSettings, 'mistakes' | 'unknown'> {
  const number = (name: PredefinedName): number | undefined => {
    const value = values.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const progress = number('--progress_update_timeout');
  const prefix = values.get('--metrics_name_prefix');
  const errorThreshold = number('--error_threshold');
  const allowedFailedPercent = number('--allowed_failed_percent');
  const isolates = values.get('--isolate_failed_items');
  return {
    predefined: {
      taskOverheadTimeout: number('--task_overhead_timeout') ?? DEFAULT_PREDEFINED.taskOverheadTimeout,
      ...(progress !== undefined && { progressUpdateTimeout: progress }),
      rankMiniBatchCount: number('--rank_mini_batch_count') ?? DEFAULT_PREDEFINED.rankMiniBatchCount,
      firstTaskCreationTimeout: number('--first_task_creation_timeout') ?? DEFAULT_PREDEFINED.firstTaskCreationTimeout,
      resourceMonitorInterval: number('--resource_monitor_interval') ?? DEFAULT_PREDEFINED.resourceMonitorInterval,
      copyLogsToParent: values.get('--copy_logs_to_parent') === true,
      pushMetricsToParent: values.get('--push_metrics_to_parent') === true,
      ...(typeof prefix === 'string' ? { metricsNamePrefix: prefix } : {}),
      failOnShortReturn: values.get('--fail_on_short_return') === true,
    },
    ...(errorThreshold !== undefined && { errorThreshold }),
    ...(allowedFailedPercent !== undefined && { allowedFailedPercent }),
    ...(typeof isolates === 'boolean' && { isolateFailedItems: isolates }),
  };
}

function typed(rule: Rule, text: string): string | number | boolean | undefined {
  if (rule.kind === 'text') return text;
  if (rule.kind === 'boolean') return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
  const pattern = rule.kind === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
  if (!pattern.test(text.trim())) return undefined;
  const value = Number(text);
  const fits =
    value >= (rule.min ?? Number.NEGATIVE_INFINITY) &&
    value > (rule.above ?? Number.NEGATIVE_INFINITY) &&
    value <= (rule.max ?? Number.MAX_SAFE_INTEGER);
  return fits ? value : undefined;
}

function wanted(rule: Rule): string {
  if (rule.kind === 'boolean') return 'True or False';
  if (rule.kind === 'text') return 'followed by a value';
  const kind = rule.kind === 'integer' ? 'an integer' : 'a number';
  const from = rule.above === undefined ? `from ${rule.min ?? 0}` : `above ${rule.above}`;
  return `${kind} ${from}${rule.max === undefined ? '' : ` up to ${rule.max}`}`;
}
