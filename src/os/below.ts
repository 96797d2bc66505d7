/** Whether a path leads into a folder. Pure: links are not looked at. */
import { isAbsolute, relative } from 'node:path';

/** The way from the folder to the path; empty for the folder itself, undefined for what is not in it. Both absolute. */
export function wayInside(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '..' || way.startsWith('../') || isAbsolute(way) ? undefined : way;
}

/** The folder itself counts. Both absolute. */
export function isInside(path: string, folder: string): boolean {
  return wayInside(folder, path) !== undefined;
}
