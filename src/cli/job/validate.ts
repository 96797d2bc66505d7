import { type Problem, renderProblem } from '../../errors/types.ts';
import { validateJob } from '../../jobs/validate.ts';
import { exitCodes } from '../errors.ts';
import { findJobFile } from '../job-file.ts';
import { withStore } from '../open.ts';
import { givenFile, type ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';

interface ValidateOptions extends ResultOptions {
  readonly file?: string;
  readonly set?: readonly string[];
}

export async function validate(argument: string | undefined, options: ValidateOptions): Promise<number> {
  const given = givenFile(argument, options);
  return withStore(async (store) => {
    const { valid, errors, warnings } = await validateJob(store, () => findJobFile(given), options.set ?? []);
    await printResult(
      { valid, errors: errors.map((each) => shape(each, given)), warnings: warnings.map((each) => shape(each, given)) },
      options,
      () =>
        [
          ...errors.map((problem) => `error: ${renderProblem(problem)}`),
          ...warnings.map((problem) => `warning: ${renderProblem(problem)}`),
          valid ? `${given} is valid.` : `${given} is not valid: ${errors.length} error${errors.length === 1 ? '' : 's'}.`,
        ].join('\n'),
    );
    return valid ? exitCodes.completed : exitCodes.badRequest;
  });
}

/** Every problem has a place, so that programs need no special case: the start of the file where there is no better one. */
function shape({ file, line, column, path, message, hint }: Problem, given: string) {
  return {
    file: file ?? given,
    line: line ?? 1,
    column: column ?? 1,
    path: path ?? '',
    message: hint === undefined ? message : `${message} ${hint}`,
  };
}
