/** Paths as people read them. */
import { homedir } from 'node:os';
import { wayInside } from '../../os/below.ts';
import { widthOf } from './text.ts';

/** Relative to a folder where it is below that, else as it is. */
export function fromHere(path: string, here: string | undefined): string {
  const below = here === undefined ? undefined : wayInside(here, path);
  return below === '' ? '.' : (below ?? path);
}

/** Relative to the working directory where it is below that, `~/…` below the user's home. */
export function nearPath(path: string, from: string = process.cwd(), home: string = homedir()): string {
  const below = fromHere(path, from);
  if (below !== path) return below;
  const own = wayInside(home, path);
  return own === undefined ? path : own === '' ? '~' : `~/${own}`;
}

/** The end of a path says most: what is too wide loses its beginning. */
export function tailOf(path: string, width: number): string {
  if (widthOf(path) <= width) return path;
  const letters = [...path];
  while (letters.length > 0 && widthOf(letters.join('')) > width - 1) letters.shift();
  return `…${letters.join('')}`;
}
