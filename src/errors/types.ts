/**
 * The one shape of what went wrong by the user's doing. Made where the mistake is seen,
 * rendered by the face that shows it (terminal, JSON, web). Never carries a secret.
 */
export interface Problem {
  /** Stable, kebab-case: `unknown-key`, `missing-file`, `threshold-out-of-range` … */
  readonly code: string;
  /** One sentence: the thing, what was expected, what was found. */
  readonly message: string;
  /** The file with the mistake. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Dotted key path inside the file: `jobs.score.retry_settings.timeout`. */
  readonly path?: string;
  /** What to do next. */
  readonly hint?: string;
}

/**
 * What was asked for cannot be done, by the user's doing. What that means is known where it is caught, not where it is thrown:
 * before anything of a job has begun, the request is refused, nothing is stored, and the exit code is 2;
 * once a job runs, the step that it ends has failed, or the job where it is no step's, with exit code 1.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** Everything that is wrong. */
  readonly problems: readonly Problem[];
  /** @param problems what is wrong; at least one */
  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = 'code' in problems ? [problems] : problems;
    super(list.map(renderProblem).join('\n'), options);
    this.problems = list;
  }
}

/**
 * What was asked for and what there is do not fit one another. A job keeps both as they were when it began: carrying on with it
 * would end the same way.
 */
export class LastingError extends RequestError {}

/** `FILE:LINE:COLUMN: path: message (hint)`, without the parts that are not known. */
export function renderProblem(problem: Problem): string {
  const place =
    problem.file === undefined ? '' : [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const head = [place, problem.path].filter((part) => part !== undefined && part !== '').join(': ');
  const text = problem.hint === undefined ? problem.message : `${problem.message} ${problem.hint}`;
  return head === '' ? text : `${head}: ${text}`;
}
