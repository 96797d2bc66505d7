/** What a stream can show. Being a terminal, using colour and moving the cursor are three separate questions. */

export type ColourChoice = 'auto' | 'always' | 'never';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The part of a writable stream that a display needs. */
export interface DisplayStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
  /** What Node's terminal streams have: asks the terminal for its size, and emits `resize` where that has changed. */
  _refreshSize?(): void;
}

export interface Capabilities {
  readonly colour: boolean;
  /** Lines may be drawn over: a terminal that knows how, watched by a person. */
  readonly live: boolean;
  /** It shows characters beyond ASCII: the locale is UTF-8, or there is none and the terminal is one that does. */
  readonly unicode: boolean;
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
const isOn = (value: string | undefined): boolean => isSet(value) && value !== '0' && value?.toLowerCase() !== 'false';

/** `--color` decides; else `NO_COLOR`, `FORCE_COLOR`, and whether it is a terminal that is not dumb. */
export function capabilities(stream: DisplayStream, env: Environment, choice: ColourChoice = 'auto'): Capabilities {
  const terminal = stream.isTTY === true;
  const able = terminal && env.TERM !== 'dumb';
  return { colour: hasColour(able, env, choice), live: able && !isOn(env.CI), unicode: !terminal || hasUnicode(env) };
}

function hasColour(able: boolean, env: Environment, choice: ColourChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (isSet(env.NO_COLOR)) return false;
  return isOn(env.FORCE_COLOR) || able;
}

/** The locale says it, where there is one: not on Windows. The kernel's console has no such characters in its font. */
function hasUnicode(env: Environment): boolean {
  if (env.TERM === 'linux') return false;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  if (locale !== undefined) return /utf-?8/i.test(locale);
  return isSet(env.WT_SESSION) || isSet(env.ConEmuANSI) || isSet(env.TERM_PROGRAM);
}

/**
 * A new size comes as a signal, which the event loop may find behind the timer that draws: what is drawn by the old size is
 * wrapped, and cannot be found again.
 */
export function learnSize(stream: DisplayStream): void {
  stream._refreshSize?.();
}

/** Columns of a line: `COLUMNS` when it says so, else what the terminal says. Infinite where lines may be as long as they are. */
export function columnsOf(stream: DisplayStream, env: Environment): number {
  if (stream.isTTY !== true) return Number.POSITIVE_INFINITY;
  const said = Number(env.COLUMNS);
  if (Number.isInteger(said) && said > 0) return said;
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80;
}

/** Lines that a live region may have, with the cursor below it. A terminal that does not know its size is as high as they were. */
export function rowsOf(stream: DisplayStream): number {
  const rows = stream.rows !== undefined && stream.rows > 0 ? stream.rows : 24;
  return Math.max(2, rows - 1);
}
