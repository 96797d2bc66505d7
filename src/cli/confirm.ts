/** Asks before something is taken away for good. */
import { createInterface } from 'node:readline/promises';
import { RequestError } from '../errors/types.ts';

/**
 * True where it may go on: `--yes`, or a yes on the terminal.
 * @throws RequestError where nobody can be asked
 */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new RequestError({
      code: 'not-confirmed',
      message: 'Nothing was deleted: there is no terminal to ask on.',
      hint: 'Give --yes to delete, or --dry-run to look only.',
    });
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
  } finally {
    asking.close();
  }
}
