import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { ENTRY_EXTENSIONS, entryLanguage } from '../../language/entry-scripts.ts';
import type { HostCommand } from './host.ts';
import { pythonCommand } from './python-host.ts';
import { nodeCommand } from './typescript-host.ts';

/**
 * The host process for an entry script.
 * @param entryScript relative to the code folder
 * @param python absolute path, or a name on the PATH
 * @param debug for somebody at a terminal, with a debugger
 * @throws RequestError when the script is not there, or of a language that we do not run
 */
export function entryHost(workingDirectory: string, entryScript: string, python: string, debug = false): HostCommand {
  const language = entryLanguage(entryScript);
  if (language === undefined) {
    const message = `The entry script ${entryScript} is neither Python nor TypeScript or JavaScript (${ENTRY_EXTENSIONS.join(', ')}).`;
    throw new RequestError({ code: 'entry-script-language', message });
  }
  if (!existsSync(join(workingDirectory, entryScript)))
    throw new RequestError({ code: 'missing-entry-script', message: `The entry script ${entryScript} is not in the code folder.` });
  return language === 'python' ? pythonCommand(python) : nodeCommand(debug);
}
