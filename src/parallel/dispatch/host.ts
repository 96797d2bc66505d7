import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { ENTRY_EXTENSIONS, entryLanguage } from '../../language/entry-scripts.ts';
import type { HostCommand } from '../../workers/local/host.ts';
import { nodeCommand } from '../../workers/local/node-host.ts';
import { pythonCommand } from '../../workers/local/python-host.ts';
import type { ParallelRun } from '../types.ts';

/**
 * The host process for the step's entry script.
 * @throws RequestError when the script is not there, or of a language that we do not run
 */
export function hostOf(run: ParallelRun): HostCommand {
  const script = join(run.workingDirectory, run.entryScript);
  const language = entryLanguage(run.entryScript);
  if (language === undefined) {
    const message = `The entry script ${run.entryScript} is neither Python nor TypeScript or JavaScript (${ENTRY_EXTENSIONS.join(', ')}).`;
    throw new RequestError({ code: 'entry-script-language', message });
  }
  if (!existsSync(script))
    throw new RequestError({ code: 'missing-entry-script', message: `The entry script ${run.entryScript} is not in the code folder.` });
  return language === 'python' ? pythonCommand(run.interpreter.python) : nodeCommand();
}
