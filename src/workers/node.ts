/** The host of TypeScript and JavaScript entry scripts: a process of this very Node. */
import { extname, join } from 'node:path';
import type { HostCommand } from './host.ts';

export function nodeCommand(): HostCommand {
  const main = join(import.meta.dirname, 'node', `main${extname(import.meta.filename)}`);
  // Both warnings would be about how we load the script, once per worker, in the script's own log.
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
  return { file: process.execPath, args: [...quiet, main], env: {} };
}
