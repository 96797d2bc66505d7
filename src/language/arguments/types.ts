/** `program_arguments`, read once: what the script sees, and what configures the engine and never reaches it. */
import type { TemplatePart } from '../expressions.ts';

/** The predefined arguments, as the documentation lists them (`how-to-use-parallel-job-in-pipeline.md`); the last two are ours. */
export const PREDEFINED_NAMES = [
  '--error_threshold',
  '--allowed_failed_percent',
  '--task_overhead_timeout',
  '--progress_update_timeout',
  '--first_task_creation_timeout',
  '--rank_mini_batch_count',
  '--resource_monitor_interval',
  '--copy_logs_to_parent',
  '--push_metrics_to_parent',
  '--metrics_name_prefix',
  '--fail_on_short_return',
  '--isolate_failed_items',
] as const;

/** An argument that configures the engine. */
export type PredefinedName = (typeof PREDEFINED_NAMES)[number];

/** Quotes and backslashes are gone; no parts at all are an empty argument. */
export type SingleArgument =
  /** One element of the script's argument array. */
  | { readonly kind: 'script'; readonly parts: readonly TemplatePart[] }
  /** `--name value` and `--name=value` say the same. */
  | { readonly kind: 'engine'; readonly name: PredefinedName; readonly value: readonly TemplatePart[] };

/** An argument as it was written. */
export type ProgramArgument =
  | SingleArgument
  /** `$[[ … ]]` around whole arguments: left out together when a reference in one of them has no value. */
  | { readonly kind: 'optional'; readonly arguments: readonly SingleArgument[] };
