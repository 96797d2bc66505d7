/** The predefined arguments: options inside `program_arguments` that configure the engine and never reach the script. */
import { nearest } from './near.ts';
import type { PredefinedArguments } from './types.ts';

export interface ExtractedArguments {
  readonly predefined: PredefinedArguments;
  /** `--error_threshold`, when given: the same setting as the key `error_threshold`. */
  readonly errorThreshold?: number;
  /** `--allowed_failed_percent`, when given. */
  readonly allowedFailedPercent?: number;
  /** What the script receives. */
  readonly rest: readonly string[];
  readonly warnings: readonly string[];
  /** Values that are not allowed, each in one sentence. */
  readonly mistakes: readonly string[];
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

/** Name, value rule and meaning of each, as the documentation lists them. */
export const PREDEFINED_RULES: Readonly<Record<string, Rule>> = {
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
};

/** Takes the predefined arguments out of an argument array. `--x v` and `--x=v` say the same; the last of two wins. */
export function extractPredefined(words: readonly string[]): ExtractedArguments {
  const values = new Map<string, string | number | boolean>();
  const rest: string[] = [];
  const warnings: string[] = [];
  const mistakes: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals > 0 ? word.slice(0, equals) : word;
    const rule = Object.hasOwn(PREDEFINED_RULES, name) ? PREDEFINED_RULES[name] : undefined;
    if (rule === undefined) {
      rest.push(word);
      const near = name.startsWith('--') && name.length > 6 ? nearest(name.slice(2), names()) : undefined;
      if (near !== undefined) {
        warnings.push(`${name} is no predefined argument and is passed on to the script. Did you mean "--${near}"?`);
      }
      continue;
    }
    let text: string | undefined;
    if (equals > 0) text = word.slice(equals + 1);
    else {
      index += 1;
      text = words[index];
    }
    const value = text === undefined ? undefined : read(rule, text);
    if (value === undefined) {
      mistakes.push(`${name} must be ${wanted(rule)}, found ${text === undefined ? 'nothing' : JSON.stringify(text)}.`);
    } else values.set(name, value);
  }
  const number = (name: string): number | undefined => {
    const value = values.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const progress = number('--progress_update_timeout');
  const prefix = values.get('--metrics_name_prefix');
  const errorThreshold = number('--error_threshold');
  const allowedFailedPercent = number('--allowed_failed_percent');
  return {
    predefined: {
      taskOverheadTimeout: number('--task_overhead_timeout') ?? DEFAULT_PREDEFINED.taskOverheadTimeout,
      ...(progress === undefined ? {} : { progressUpdateTimeout: progress }),
      rankMiniBatchCount: number('--rank_mini_batch_count') ?? DEFAULT_PREDEFINED.rankMiniBatchCount,
      firstTaskCreationTimeout: number('--first_task_creation_timeout') ?? DEFAULT_PREDEFINED.firstTaskCreationTimeout,
      resourceMonitorInterval: number('--resource_monitor_interval') ?? DEFAULT_PREDEFINED.resourceMonitorInterval,
      copyLogsToParent: values.get('--copy_logs_to_parent') === true,
      pushMetricsToParent: values.get('--push_metrics_to_parent') === true,
      ...(typeof prefix === 'string' ? { metricsNamePrefix: prefix } : {}),
      failOnShortReturn: values.get('--fail_on_short_return') === true,
    },
    ...(errorThreshold === undefined ? {} : { errorThreshold }),
    ...(allowedFailedPercent === undefined ? {} : { allowedFailedPercent }),
    rest,
    warnings,
    mistakes,
  };
}

function names(): string[] {
  return Object.keys(PREDEFINED_RULES).map((name) => name.slice(2));
}

function read(rule: Rule, text: string): string | number | boolean | undefined {
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
