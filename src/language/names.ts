/** What things may be called: one alphabet for each kind, for whoever judges a file and whoever stores it. */

/**
 * `job` and `asset`: they become names of folders, and a job's ends where the dot before its step's begins (`JOB.STEP`).
 * `step`: a Python identifier in lower case, as Azure has it. `port`: what a component declares is a name in programs too.
 * `value`: an input or output that is only given.
 */
const NAMES = {
  job: [/^[a-z0-9][a-z0-9_-]{0,254}$/i, "a letter or digit, then letters, digits, '-' or '_'"],
  asset: [/^[a-z0-9][a-z0-9_-]{0,254}$/i, "a letter or digit, then letters, digits, '-' or '_'"],
  /** As the service has it. */
  experiment: [/^[a-z0-9][a-z0-9_-]{0,254}$/i, "a letter or digit, then letters, digits, '-' or '_'"],
  /** `3`, `1.0.2`, `2024-01-31`; labels too. */
  version: [/^[a-z0-9][a-z0-9._-]{0,254}$/i, "a letter or digit, then letters, digits, '.', '-' or '_'"],
  component: [/^[a-z][a-z0-9_]{0,254}$/, 'lower-case letters, digits and underscores, beginning with a letter'],
  step: [/^[a-z_][a-z0-9_]{0,254}$/, 'lower-case letters, digits and underscores, not beginning with a digit'],
  /** As SDK v1 has it. */
  free_step: [/^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, "_" and "-"'],
  port: [/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'letters, digits and "_", not beginning with a digit'],
  value: [/^[A-Za-z0-9_][A-Za-z0-9_-]{0,254}$/, 'letters, digits, "_" and "-"'],
} as const;

/** `JOB.STEP`, as `AZUREML_RUN_ID` has it; `JOB` alone is the job. A job's name has no dot. */
export function parseRunName(text: string): { readonly job: string; readonly step?: string } {
  const dot = text.indexOf('.');
  return dot < 0 ? { job: text } : { job: text.slice(0, dot), step: text.slice(dot + 1) };
}

export type NameKind = keyof typeof NAMES;

/** What is allowed in place of a name that is not, as it stands after "expected"; undefined: the name is right. */
export function wantedName(kind: NameKind, name: string): string | undefined {
  const [pattern, allowed] = NAMES[kind];
  return pattern.test(name) ? undefined : `${allowed}, at most 255 in all`;
}
