/** The host of TypeScript and JavaScript entry scripts: a process of this very Node. */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { ownEntry } from '../../os/own-files.ts';
import type { HostCommand } from './host.ts';
import { inspectorArguments, whereNodeIs } from './where-node-is.ts';

/** @param debug its user attaches a debugger: at Node's usual port, where editors look for one */
export function nodeCommand(debug = false): HostCommand {
  // Both warnings would be about how we load the script, once per worker, in the script's own log.
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
  // Node puts a folder for its version and the user below the one that it is given.
  const cache = getCompileCacheDir();
  return {
    file: process.execPath,
    args: [
      ...quiet,
      ...(debug ? [] : inspectorArguments),
      ownEntry('workers/typescript/start'),
      ...(cache === undefined ? [] : [dirname(cache)]),
    ],
    env: {},
    whereIs: whereNodeIs,
  };
}
