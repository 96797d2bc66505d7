/** Stacks as the script's author knows them: its own frames, its files as they are named in the code folder. Pure. */
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot, programRoot } from '../os/own-files.ts';

/** None of it is the user's. */
const ours = programRoot + sep;
const oursInPython = join(packageRoot, 'python') + sep;

/**
 * A JavaScript stack with paths instead of addresses, and without our frames and Node's.
 * @param folders of the code; what lies in one is named relative to it
 */
export function cleanStack(stack: string, folders: readonly string[]): string {
  const lines = stack
    .split('\n')
    .map((line) => line.replace(/file:\/\/[^\s()]*/g, toPath))
    .filter((line) => !isFrame(line) || !(line.includes(ours) || line.includes('node:internal/')));
  // Below the script's first call there is only what called it.
  while (/^\s+at .*\(?node:/.test(lines.at(-1) ?? '')) lines.pop();
  return withoutFolder(lines.join('\n'), folders);
}

/** Whether a file that a Python frame names is ours, or of the interpreter's import. */
export function isOurPython(file: string): boolean {
  return file.startsWith(oursInPython) || file.startsWith('<frozen importlib');
}

/** Of a JavaScript stack. */
export function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

/**
 * Python's and JavaScript's frames in a text, of files below a folder, with paths relative to it: so a file is called where it is edited,
 * whichever copy of it ran. What else the text says stays.
 */
export function withoutFolder(text: string, folders: readonly string[]): string {
  return text
    .split('\n')
    .map((line) => (isFrame(line) || line.includes('File "') ? folders.reduce(shortened, line) : line))
    .join('\n');
}

function shortened(line: string, folder: string): string {
  return line.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '');
}

/** `file:///a/b.ts?x:3:4` → `/a/b.ts:3:4`. */
function toPath(url: string): string {
  const match = /^(file:\/\/[^?]*?)(?:\?[^:]*)?((?::\d+){0,2})$/.exec(url);
  if (match?.[1] === undefined) return url;
  try {
    return fileURLToPath(match[1]) + (match[2] ?? '');
  } catch {
    return url;
  }
}
