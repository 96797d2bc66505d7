/** How the command line tells what went wrong, and with which exit code. */
import { CommanderError } from 'commander';
import { RequestError, renderProblem } from '../errors/types.ts';

export const exitCodes = { completed: 0, failed: 1, badRequest: 2, interrupted: 130 } as const;

/** Writes the error for people to stderr; returns the exit code. Only a mistake of this program leads to a file with a stack trace. */
export async function reportError(error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    // Commander has written its message already; help and version are no errors.
    return error.exitCode === 0 ? exitCodes.completed : exitCodes.badRequest;
  }
  if (error instanceof RequestError) {
    // A problem with a place begins with it, as compilers write it, so that editors can jump there.
    for (const problem of error.problems) tell(problem.file === undefined ? `error: ${renderProblem(problem)}` : renderProblem(problem));
    return exitCodes.badRequest;
  }
  const [{ explainUnexpected, systemReason }, { findHome }] = await Promise.all([
    import('../jobs/unexpected.ts'),
    import('../store/home.ts'),
  ]);
  tell(`error: ${explainUnexpected(error, findHome())}`);
  return systemReason(error) === undefined ? exitCodes.failed : exitCodes.badRequest;
}

/** One message for people. */
export function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
