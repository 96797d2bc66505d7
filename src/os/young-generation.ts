import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at the size that it has now, for a process that is about to read, cut and hand out millions of small
 * things: left alone it grows to over 100 MB and is slower for it, because it no longer fits the processor's cache. Only the command
 * line could bound it by size (`--max-semi-space-size`), at the price of a second start of Node; that it grows can be ended any time.
 */
export function endYoungGenerationGrowth(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
