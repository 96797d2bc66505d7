/** What the engine says in the words of YAML, in those of these classes. */

const OPTIONS: Readonly<Record<string, string>> = {
  error_threshold: 'errorThreshold',
  mini_batch_error_threshold: 'allowedFailedCount',
  allowed_failed_percent: 'allowedFailedPercent',
  mini_batch_size: 'miniBatchSize',
  partition_keys: 'partitionKeys',
};

/** Only in the engine's own sentences: what a script printed stays as it is. */
const SENTENCES =
  /\b(?:(?:mini_batch_)?error_threshold|allowed_failed_percent)(?= exceeded: )|\bmini_batch_size(?= is ")|\bpartition_keys(?= has )/g;

export function inOptionWords(text: string): string {
  return text.replace(SENTENCES, (key) => OPTIONS[key] ?? key);
}
