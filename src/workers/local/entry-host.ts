import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { entryLanguage, type HostCommand } from './host.ts';
import { nodeCommand } from './node-host.ts';
import { pythonCommand } from './python-host.ts';

/**
 * The host process for an entry script.
 * @param entryScript relative to the code folder
 * @param python absolute path, or a name on the PATH
 * @throws RequestError when the script is not there, or of a language that we do not run
 */
export function entryHost(workingDirectory: string, entryScript: string, python: string): HostCommand {
  const language = entryLanguage(entryScript);
  if (language === undefined) {
    const message = `The entry script ${entryScript} is neither Python (.py) nor TypeScript or JavaScript (.ts, .mts, .cts, .js, .mjs, .cjs).`;
    throw new RequestError({ code: 'entry-script-language', message });
  }
  if (!existsSync(join(workingDirectory, entryScript)))
    throw new RequestError({ code: 'missing-entry-script', message: `The entry script ${entryScript} is not in the code folder.` });
  return language === 'python' ? pythonCommand(python) : nodeCommand();
}
