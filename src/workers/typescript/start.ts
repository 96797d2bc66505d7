/** Where a worker process begins: what it loads comes out of Node's cache of compiled modules, where the command line has one. */
import { enableCompileCache } from 'node:module';

const cache = process.argv[2];
if (cache !== undefined) enableCompileCache(cache);
await import('./main.ts');
