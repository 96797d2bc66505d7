/** The places that outputs of a job were given by its author, which other jobs and other steps may have been given too. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BoundOutput } from './outputs.ts';

/** One name for each place, whatever links lead to it. */
export function chosenPlaces(outputs: Iterable<BoundOutput>): readonly string[] {
  return [...outputs].flatMap(({ chosen, path, far }) => (far !== undefined ? [far.address] : chosen ? [realPlace(path)] : []));
}

export function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
  }
}
